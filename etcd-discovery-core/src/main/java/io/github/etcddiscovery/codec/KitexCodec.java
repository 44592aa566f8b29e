package io.github.etcddiscovery.codec;

import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * Kitex's {@code registry-etcd}. In two things it does not do as Kitex does: IPv6
 * addresses are written in brackets, because Go cannot dial what Kitex writes (both are
 * read), and a percent sign in the prefix is a percent sign.
 */
final class KitexCodec implements InstanceCodec {

	private static final Set<String> NETWORKS = Set.of("tcp", "tcp4", "tcp6");

	@Override
	public String format() {
		return "kitex";
	}

	@Override
	public String defaultPrefix() {
		return "kitex/registry-etcd";
	}

	@Override
	public KeyRange allServices(String prefix) {
		return KeyRange.prefix(Bytes.utf8(prefix + "/"));
	}

	@Override
	public KeyRange service(String prefix, String service) {
		return KeyRange.prefix(Bytes.utf8(prefix + "/" + service + "/"));
	}

	@Override
	public void checkService(String service) {
		String expected = (service.indexOf('/') >= 0) ? "no '/'" : ServiceName.problem(service);
		if (expected != null) {
			throw ServiceName.refused(format(), service, expected);
		}
	}

	@Override
	public Bytes key(String prefix, Instance instance) {
		return Bytes.utf8(prefix + "/" + instance.service() + "/" + instance.address());
	}

	@Override
	public Bytes value(Instance instance) {
		HostPort address = new HostPort(instance.host(), instance.port());
		if (address.isUnspecified()) {
			throw new IllegalArgumentException(
					"host: '" + address.host() + "' (expected: an address that others can reach)");
		}
		Limits.requireTags(instance.tags());
		Map<String, String> tags = instance.tags().isEmpty() ? null : instance.tags();
		return Limits.requireValue(new KitexValue("tcp", address.toString(), instance.weight(), tags).toJson());
	}

	@Override
	public Decoded decode(String prefix, @Nullable String service, Bytes key, Bytes value) {
		String name = key.strictUtf8();
		if (name == null) {
			KeyRange range = (service != null) ? service(prefix, service) : allServices(prefix);
			return range.contains(key) ? new Rejected(Reason.ENCODING) : new Foreign();
		}
		int start = prefix.length() + 1;
		int end = name.indexOf('/', start);
		if (end <= start || end + 1 == name.length() || !name.startsWith(prefix) || name.charAt(start - 1) != '/') {
			return new Foreign();
		}
		String owner = SharedText.of(name, start, end);
		if (service != null && !service.equals(owner)) {
			return new Foreign();
		}
		if (name.indexOf('/', end + 1) >= 0) {
			// A slash in the address: a Unix socket, or a key of a layout below ours.
			return (name.charAt(end + 1) == '/') ? new Rejected(Reason.ADDRESS) : new Foreign();
		}
		return (ServiceName.problem(owner) != null) ? new Rejected(Reason.MALFORMED) : decodeValue(owner, value);
	}

	private static Decoded decodeValue(String service, Bytes json) {
		try {
			KitexValue value = KitexValue.read(json);
			HostPort address = NETWORKS.contains(value.network()) ? HostPort.parse(value.address()) : null;
			return (address != null) ? new Found(instance(service, address, value)) : new Rejected(Reason.ADDRESS);
		}
		catch (UnreadableException ex) {
			return new Rejected(ex.reason());
		}
	}

	private static Instance instance(String service, HostPort address, KitexValue value) {
		int weight = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value.weight()));
		Map<String, String> tags = (value.tags() != null) ? value.tags() : Map.of();
		return new Instance(service, address.host(), address.port(), weight, tags);
	}

}
