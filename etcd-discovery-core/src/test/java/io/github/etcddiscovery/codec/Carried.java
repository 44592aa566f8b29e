package io.github.etcddiscovery.codec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Instance;

/**
 * What of an instance each format carries, as docs/wire-formats.md has it.
 */
final class Carried {

	private static final List<String> TLS = List.of("https", "grpcs");

	private Carried() {
	}

	static Instance by(InstanceCodec codec, Instance instance) {
		return switch (codec.format()) {
			case "kitex", "hertz" -> instance;
			case "grpc" -> grpc(instance);
			case "go-kit" -> instance.withTags(scheme(instance)).withWeight(0);
			case "plain" -> instance.withTags(id(instance)).withWeight(0);
			case "go-zero" -> instance.withTags(Map.of()).withWeight(0);
			case "kratos" -> kratos(instance);
			default -> throw new AssertionError(codec);
		};
	}

	/** Everything; the default weight alone goes without saying. */
	private static Instance grpc(Instance instance) {
		Map<String, String> tags = new HashMap<>(instance.tags());
		tags.remove("weight");
		return instance.withTags(tags).withWeight(tags.isEmpty() ? unlessDefault(instance) : instance.weight());
	}

	/** Everything; the default weight and an empty version go without saying. */
	private static Instance kratos(Instance instance) {
		Map<String, String> tags = new HashMap<>(instance.tags());
		tags.keySet().removeAll(List.of("weight", Instance.SCHEME, Instance.ID));
		tags.remove("version", "");
		tags.putAll(scheme(instance));
		tags.putAll(id(instance));
		return instance.withTags(tags).withWeight(unlessDefault(instance));
	}

	private static int unlessDefault(Instance instance) {
		return (instance.weight() == Instance.DEFAULT_WEIGHT) ? 0 : instance.weight();
	}

	/** TLS is an s at the end of the schemes that are known to have one. */
	private static Map<String, String> scheme(Instance instance) {
		String scheme = instance.tags().getOrDefault(Instance.SCHEME, "");
		String written = scheme.isEmpty() ? "http" : scheme;
		if (instance.secure() && TLS.contains(written + "s")) {
			written += "s";
		}
		return switch (written) {
			case "http" -> Map.of();
			case "https" -> Map.of(Instance.SECURE, "true");
			case "grpcs" -> Map.of(Instance.SCHEME, written, Instance.SECURE, "true");
			default -> Map.of(Instance.SCHEME, written);
		};
	}

	private static Map<String, String> id(Instance instance) {
		String usual = instance.service() + ":" + instance.address();
		return instance.id().equals(usual) ? Map.of() : Map.of(Instance.ID, instance.id());
	}

}
