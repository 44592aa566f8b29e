package io.github.etcddiscovery.codec;

import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;

/**
 * Entries of Kitex's {@code registry-etcd} and of Hertz's {@code registry}, which differ
 * in the escapes only. IPv6 addresses are written in brackets, because Go cannot dial
 * what Kitex writes.
 *
 * @param escapes who reads the JSON
 */
record KitexFormat(GoJsonWriter.Escapes escapes) implements EntryFormat {

	private static final Set<String> NETWORKS = Set.of("tcp", "tcp4", "tcp6");

	@Override
	public String id(Instance instance) {
		return instance.address();
	}

	@Override
	public Bytes value(Instance instance, HostPort address) {
		Map<String, String> tags = instance.tags().isEmpty() ? null : instance.tags();
		return new KitexValue("tcp", address.toString(), instance.weight(), tags).toJson(this.escapes);
	}

	@Override
	public Decoded read(String service, String id, Bytes json) throws UnreadableException {
		int slash = id.indexOf('/');
		if (id.isEmpty() || slash > 0) {
			// Perhaps a key of a layout below ours.
			return new Foreign();
		}
		if (slash == 0) {
			// The path of a Unix socket.
			return new Rejected(Reason.ADDRESS);
		}
		KitexValue value = KitexValue.read(json);
		HostPort address = NETWORKS.contains(value.network()) ? HostPort.parse(single(value.address())) : null;
		return (address != null) ? new Found(instance(service, address, value)) : new Rejected(Reason.ADDRESS);
	}

	/** Hertz puts brackets around those that HERTZ_IP_TO_REGISTRY has already. */
	private static String single(String address) {
		return address.startsWith("[[") ? address.substring(1).replace("]]", "]") : address;
	}

	private static Instance instance(String service, HostPort address, KitexValue value) {
		Map<String, String> tags = (value.tags() != null) ? value.tags() : Map.of();
		return new Instance(service, address.host(), address.port(), Weight.of(value.weight()), tags);
	}

}
