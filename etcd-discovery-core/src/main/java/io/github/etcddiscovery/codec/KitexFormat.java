package io.github.etcddiscovery.codec;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import io.github.etcddiscovery.codec.GoStruct.Field;
import io.github.etcddiscovery.codec.GoStruct.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Entries of Kitex's {@code registry-etcd} and of Hertz's {@code registry}, which differ
 * in the escapes only. IPv6 addresses are written in brackets, because Go cannot dial
 * what Kitex writes.
 *
 * @param escapes who reads the JSON
 */
record KitexFormat(GoJsonWriter.Escapes escapes) implements EntryFormat {

	private static final Set<String> NETWORKS = Set.of("tcp", "tcp4", "tcp6");

	/** {@code instanceInfo} of Kitex, {@code registerInfo} of Hertz. */
	static final List<Field> FIELDS = List.of(Kind.STRING.named("network"), Kind.STRING.named("address"),
			Kind.INTEGER.named("weight"), Kind.STRINGS_BY_NAME.named("tags"));

	@Override
	public String id(Instance instance) {
		return instance.address();
	}

	@Override
	public Bytes value(Instance instance, HostPort address) {
		Map<String, String> tags = instance.tags().isEmpty() ? null : instance.tags();
		return toJson("tcp", address.toString(), instance.weight(), tags, this.escapes);
	}

	static Bytes toJson(String network, String address, long weight, @Nullable Map<String, String> tags,
			GoJsonWriter.Escapes escapes) {
		return GoJsonWriter.struct(escapes, "network", network, "address", address, "weight", weight, "tags", tags);
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
		GoStruct value = GoStruct.read(json, FIELDS);
		HostPort address = NETWORKS.contains(value.string("network")) ? HostPort.parse(single(value.string("address")))
				: null;
		return (address != null) ? new Found(instance(service, address, value)) : new Rejected(Reason.ADDRESS);
	}

	/** Hertz puts brackets around those that HERTZ_IP_TO_REGISTRY has already. */
	private static String single(String address) {
		return address.startsWith("[[") ? address.substring(1).replace("]]", "]") : address;
	}

	private static Instance instance(String service, HostPort address, GoStruct value) {
		Map<String, String> tags = value.map("tags");
		return new Instance(service, address.host(), address.port(), Weight.of(value.integer("weight")),
				(tags != null) ? tags : Map.of());
	}

}
