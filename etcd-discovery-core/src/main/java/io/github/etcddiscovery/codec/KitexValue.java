package io.github.etcddiscovery.codec;

import java.util.Map;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The struct that the registries of Kitex and Hertz store, {@code instanceInfo} and
 * {@code registerInfo}.
 *
 * @param network name of the network as Go's {@code net} has it
 * @param address {@code host:port}, or the path of a Unix socket
 * @param weight any number
 * @param tags the tags; null, Go's nil map, where none were set
 */
record KitexValue(String network, String address, long weight, @Nullable Map<String, String> tags) {

	Bytes toJson(GoJsonWriter.Escapes escapes) {
		return new GoJsonWriter(escapes).raw("{\"network\":")
			.string(this.network)
			.raw(",\"address\":")
			.string(this.address)
			.raw(",\"weight\":")
			.number(this.weight)
			.raw(",\"tags\":")
			.object(this.tags)
			.raw("}")
			.toBytes();
	}

	static KitexValue read(Bytes json) throws UnreadableException {
		String network = "";
		String address = "";
		long weight = 0;
		Map<String, String> tags = null;
		GoJsonReader in = new GoJsonReader(json);
		for (String name = in.nextName(); name != null; name = in.nextName()) {
			if (GoText.isSameName(name, "network")) {
				network = in.string(network);
			}
			else if (GoText.isSameName(name, "address")) {
				address = in.string(address);
			}
			else if (GoText.isSameName(name, "weight")) {
				weight = in.integer(weight);
			}
			else if (GoText.isSameName(name, "tags")) {
				tags = in.strings(tags);
			}
			else {
				in.skip();
			}
		}
		return new KitexValue(network, address, weight, tags);
	}

}
