package io.github.etcddiscovery.codec;

import java.util.Map;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What the struct of Kitex and Hertz holds.
 */
record KitexValue(String network, String address, long weight, @Nullable Map<String, String> tags) {

	static KitexValue read(Bytes json) throws UnreadableException {
		GoStruct struct = GoStruct.read(json, KitexFormat.FIELDS);
		return new KitexValue(struct.string("network"), struct.string("address"), struct.integer("weight"),
				struct.map("tags"));
	}

	Bytes toJson(GoJsonWriter.Escapes escapes) {
		return KitexFormat.toJson(this.network, this.address, this.weight, this.tags, escapes);
	}

}
