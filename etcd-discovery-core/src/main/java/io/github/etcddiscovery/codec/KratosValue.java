package io.github.etcddiscovery.codec;

import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The struct that Kratos stores, {@code registry.ServiceInstance}. One value of another
 * shape makes its reader fail for all instances, so nothing else is ever written.
 *
 * @param id the id, the same as in the key
 * @param name name of the service
 * @param version version of the service; can be empty
 * @param metadata the metadata; null, Go's nil map, where there is none
 * @param endpoints URLs; null, Go's nil slice, where there are none
 */
record KratosValue(String id, String name, String version, @Nullable Map<String, String> metadata,
		@Nullable List<String> endpoints) {

	Bytes toJson() {
		return new GoJsonWriter(GoJsonWriter.Escapes.HTML).raw("{\"id\":")
			.string(this.id)
			.raw(",\"name\":")
			.string(this.name)
			.raw(",\"version\":")
			.string(this.version)
			.raw(",\"metadata\":")
			.object(this.metadata)
			.raw(",\"endpoints\":")
			.array(this.endpoints)
			.raw("}")
			.toBytes();
	}

	static KratosValue read(Bytes json) throws UnreadableException {
		String id = "";
		String service = "";
		String version = "";
		Map<String, String> metadata = null;
		List<String> endpoints = null;
		GoJsonReader in = new GoJsonReader(json);
		for (String name = in.nextName(); name != null; name = in.nextName()) {
			if (GoText.isSameName(name, "id")) {
				id = in.string(id);
			}
			else if (GoText.isSameName(name, "name")) {
				service = in.string(service);
			}
			else if (GoText.isSameName(name, "version")) {
				version = in.string(version);
			}
			else if (GoText.isSameName(name, "metadata")) {
				metadata = in.strings(metadata);
			}
			else if (GoText.isSameName(name, "endpoints")) {
				endpoints = in.array();
			}
			else {
				in.skip();
			}
		}
		return new KratosValue(id, service, version, metadata, endpoints);
	}

}
