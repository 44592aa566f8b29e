package io.github.etcddiscovery.codec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.GoStruct.Field;
import io.github.etcddiscovery.codec.GoStruct.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Entries of etcd's own {@code naming/endpoints}, which gRPC's resolvers read. Tags and
 * weight are the metadata: complete, or null where there is nothing but the default
 * weight, as Go writes an endpoint without metadata.
 */
record GrpcFormat() implements EntryFormat {

	/** What the operation is does not matter: what stands there is there. */
	private static final List<Field> FIELDS = List.of(Kind.OCTET.named("Op"), Kind.STRING.named("Addr"),
			Kind.ANY.named("Metadata"));

	@Override
	public String id(Instance instance) {
		return instance.address();
	}

	@Override
	public Bytes value(Instance instance, HostPort address) {
		return GoJsonWriter.struct(GoJsonWriter.Escapes.HTML, "Op", 0, "Addr", address.toString(), "Metadata",
				metadata(instance));
	}

	private static @Nullable Map<String, Object> metadata(Instance instance) {
		Map<String, Object> metadata = new HashMap<>(instance.tags());
		metadata.remove(Weight.NAME);
		if (metadata.isEmpty() && instance.weight() == Instance.DEFAULT_WEIGHT) {
			return null;
		}
		metadata.put(Weight.NAME, instance.weight());
		return metadata;
	}

	@Override
	public Decoded read(String service, String id, Bytes json) throws UnreadableException {
		GoStruct value = GoStruct.read(json, FIELDS);
		String address = value.string("Addr");
		if (id.indexOf('/') >= 0 && !id.equals(address)) {
			return new Foreign();
		}
		Map<String, String> tags = value.texts("Metadata");
		int weight = Weight.parse(tags.remove(Weight.NAME));
		return new Found(InstanceUrl.require(address).instance(service, weight, tags));
	}

}
