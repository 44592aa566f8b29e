package io.github.etcddiscovery.codec;

import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What the struct of Kratos holds.
 */
record KratosValue(String id, String name, String version, @Nullable Map<String, String> metadata,
		@Nullable List<String> endpoints) {

	static KratosValue read(Bytes json) throws UnreadableException {
		GoStruct struct = GoStruct.read(json, KratosFormat.FIELDS);
		return new KratosValue(struct.string("id"), struct.string("name"), struct.string("version"),
				struct.map("metadata"), struct.list("endpoints"));
	}

}
