package io.github.etcddiscovery.resolver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.UserCode;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.Layout;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/**
 * Reads what stands under one layout: makes instances of entries, and leaves out what
 * must not be used. The codec may be a user's, and is asked with care.
 */
final class LayoutReader {

	private static final int SLOTS = 256;

	private final Layout layout;

	private final int position;

	private final int defaultWeight;

	private final Rejections rejections;

	/**
	 * One copy of tags that many instances have. The table is small and forgets, so that
	 * no registry can fill it.
	 */
	@SuppressWarnings({ "unchecked", "rawtypes" })
	private final @Nullable Map<String, String>[] knownTags = new Map[SLOTS];

	/**
	 * Prepares.
	 * @param layout the layout
	 * @param position its position: of several layouts the first wins
	 * @param defaultWeight weight of instances that have none; 0 or negative leaves them
	 * out
	 * @param rejections counts what is left out
	 */
	LayoutReader(Layout layout, int position, int defaultWeight, Rejections rejections) {
		this.layout = layout;
		this.position = position;
		this.defaultWeight = defaultWeight;
		this.rejections = rejections;
	}

	static List<LayoutReader> ofAll(ResolverOptions options, Rejections rejections) {
		List<LayoutReader> readers = new ArrayList<>();
		for (Layout layout : options.layouts()) {
			readers.add(new LayoutReader(layout, readers.size(), options.defaultWeight(), rejections));
		}
		return readers;
	}

	Layout layout() {
		return this.layout;
	}

	int position() {
		return this.position;
	}

	/** Counts entries that were left out because their keys are too long. */
	void leftOut(int entries, KeyRange range) {
		for (int i = 0; i < entries; i++) {
			this.rejections.addLongKey(range);
		}
	}

	/** Returns the range of all services, or nothing where there is none. */
	Optional<KeyRange> allServices() {
		return Optional.ofNullable(this.layout.allServices());
	}

	/**
	 * Tells whether the layout can carry a service of that name. One at whose name the
	 * codec fails it cannot: lookups must not throw, whatever a codec of a user does. For
	 * any thread.
	 */
	boolean carries(String service) {
		return UserCode.ask(() -> {
			this.layout.codec().checkService(service);
			return true;
		}, false);
	}

	/** Returns the range of a service whose name the layout can carry. For any thread. */
	Optional<KeyRange> rangeOf(String service) {
		return UserCode.ask(() -> Optional.of(this.layout.service(service)), Optional.empty());
	}

	/** Returns the name of the service to which a key belongs, or nothing. */
	Optional<String> serviceOf(Bytes key) {
		return UserCode.ask(() -> Optional.ofNullable(this.layout.codec().serviceOf(this.layout.prefix(), key)),
				Optional.empty());
	}

	/**
	 * Reads an entry.
	 * @param service the service asked for, or null where all are read
	 * @param entry the entry
	 * @return the instance as it is to be used, or null where there is none
	 */
	@Nullable Instance read(@Nullable String service, Entry entry) {
		Decoded decoded = decode(service, entry);
		if (decoded instanceof Decoded.Rejected rejected) {
			this.rejections.add(rejected, entry.key());
		}
		if (!(decoded instanceof Decoded.Found found)) {
			return null;
		}
		Instance instance = found.instance();
		if (service != null && !service.equals(instance.service())) {
			return null;
		}
		if (this.rejections.denies(instance.host())) {
			this.rejections.add(new Decoded.Rejected(Decoded.Reason.ADDRESS), entry.key());
			return null;
		}
		if (instance.weight() > 0) {
			return shareTags(instance);
		}
		return (this.defaultWeight > 0) ? shareTags(instance.withWeight(this.defaultWeight)) : null;
	}

	private Decoded decode(@Nullable String service, Entry entry) {
		Decoded decoded = UserCode.ask(() -> requireNonNull(this.layout.decode(service, entry.key(), entry.value())),
				new Decoded.Rejected(Decoded.Reason.MALFORMED));
		// Of a value that was dropped the key still says whether it is of interest.
		return (entry.oversized() && !(decoded instanceof Decoded.Foreign))
				? new Decoded.Rejected(Decoded.Reason.TOO_LARGE) : decoded;
	}

	private Instance shareTags(Instance instance) {
		Map<String, String> tags = instance.tags();
		if (tags.isEmpty()) {
			return instance;
		}
		int hash = tags.hashCode();
		int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
		Map<String, String> known = this.knownTags[slot];
		if (tags.equals(known)) {
			return instance.withTags(known);
		}
		this.knownTags[slot] = tags;
		return instance;
	}

	/** Shows where the layout reads. */
	@Override
	public String toString() {
		return this.layout.toString();
	}

}
