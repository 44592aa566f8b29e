package io.github.etcddiscovery.codec;

import java.util.HashMap;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Entries of etcd's own {@code naming/endpoints}, which gRPC's resolvers read. Tags and
 * weight are the metadata: complete, or null where there is nothing but the default
 * weight, as Go writes an endpoint without metadata.
 */
record GrpcFormat() implements EntryFormat {

	/** Tag for metadata that is anything but an object. */
	private static final String METADATA = "metadata";

	/** Go has a byte for it. */
	private static final long MAX_OP = 255;

	@Override
	public String id(Instance instance) {
		return instance.address();
	}

	@Override
	public Bytes value(Instance instance, HostPort address) {
		return new GoJsonWriter(GoJsonWriter.Escapes.HTML).raw("{\"Op\":0,\"Addr\":")
			.string(address.toString())
			.raw(",\"Metadata\":")
			.object(metadata(instance))
			.raw("}")
			.toBytes();
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
		String address = "";
		Map<String, String> metadata = null;
		GoJsonReader in = new GoJsonReader(json);
		for (String name = in.nextName(); name != null; name = in.nextName()) {
			if (GoText.isSameName(name, "Addr")) {
				address = in.string(address);
			}
			else if (GoText.isSameName(name, "Op")) {
				requireOp(in.natural(0));
			}
			else if (GoText.isSameName(name, "Metadata")) {
				metadata = in.texts(METADATA);
			}
			else {
				in.skip();
			}
		}
		if (id.indexOf('/') >= 0 && !id.equals(address)) {
			return new Foreign();
		}
		Map<String, String> tags = (metadata != null) ? metadata : new HashMap<>();
		int weight = Weight.parse(tags.remove(Weight.NAME));
		return new Found(InstanceUrl.require(address).instance(service, weight, tags));
	}

	/** What it says does not matter: what stands there is there. */
	private static void requireOp(long op) throws UnreadableException {
		if (op > MAX_OP) {
			throw new UnreadableException(Reason.MALFORMED);
		}
	}

}
