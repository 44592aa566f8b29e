package io.github.etcddiscovery.resolver;

import java.net.InetAddress;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.AddressFilter;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.Layout;
import org.jspecify.annotations.Nullable;

/**
 * Makes instances of entries, and leaves out what must not be used.
 */
final class EntryReader {

	private final AddressFilter denied;

	private final int defaultWeight;

	private final Rejections rejections;

	private final SharedTags sharedTags = new SharedTags();

	EntryReader(ResolverOptions options, Rejections rejections) {
		this.denied = AddressFilter.denying(options.deniedAddresses());
		this.defaultWeight = options.defaultWeight();
		this.rejections = rejections;
	}

	/**
	 * Reads an entry.
	 * @param layout whose entry it is
	 * @param service the service asked for, or null where all are read
	 * @param entry the entry
	 * @return the instance as it is to be used, or null where there is none
	 */
	@Nullable Instance read(Layout layout, @Nullable String service, Entry entry) {
		Decoded decoded = decode(layout, service, entry);
		if (decoded instanceof Decoded.Rejected rejected) {
			this.rejections.add(rejected.reason(), entry.key());
		}
		if (!(decoded instanceof Decoded.Found found)) {
			return null;
		}
		Instance instance = found.instance();
		if (service != null && !service.equals(instance.service())) {
			return null;
		}
		// Our own codecs let no such host through; one of a user may.
		if (!HostPort.isHost(instance.host()) || this.denied.denies(instance.host())) {
			this.rejections.add(Decoded.Reason.ADDRESS, entry.key());
			return null;
		}
		if (instance.weight() > 0) {
			return this.sharedTags.share(instance);
		}
		return (this.defaultWeight > 0) ? this.sharedTags.share(instance.withWeight(this.defaultWeight)) : null;
	}

	/**
	 * Leaves out addresses that must not be used. Can be called on any thread.
	 * @param host the name that leads there
	 */
	List<InetAddress> usable(String host, List<InetAddress> addresses) {
		List<InetAddress> usable = addresses.stream().filter((address) -> !this.denied.denies(address)).toList();
		if (usable.size() < addresses.size()) {
			this.rejections.addHost(host);
		}
		return usable;
	}

	private static Decoded decode(Layout layout, @Nullable String service, Entry entry) {
		Decoded malformed = new Decoded.Rejected(Decoded.Reason.MALFORMED);
		Decoded decoded = Layouts.ask(() -> layout.decode(service, entry.key(), entry.value()), malformed);
		// Of a value that was dropped the key still says whether it is of interest.
		return (entry.oversized() && !(decoded instanceof Decoded.Foreign))
				? new Decoded.Rejected(Decoded.Reason.TOO_LARGE) : decoded;
	}

}
