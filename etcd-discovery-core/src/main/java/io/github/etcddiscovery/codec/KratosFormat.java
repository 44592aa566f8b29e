package io.github.etcddiscovery.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
 * Entries of Kratos's registry. An entry is one instance, whatever the number of its
 * endpoints: its http or https endpoint, else the first. The ports of the others are tags
 * {@code <scheme>.port}; such a tag for gRPC is written as an endpoint of its own.
 */
record KratosFormat() implements EntryFormat {

	private static final String VERSION = "version";

	private static final String PORT = ".port";

	private static final List<String> GRPC_PORTS = List.of(Instance.GRPC_PORT, Instance.GRPCS_PORT);

	/**
	 * {@code registry.ServiceInstance}. One value of another shape makes Kratos fail for
	 * all instances, so nothing else is ever written.
	 */
	static final List<Field> FIELDS = List.of(Kind.STRING.named("id"), Kind.STRING.named("name"),
			Kind.STRING.named(VERSION), Kind.STRINGS_BY_NAME.named("metadata"), Kind.STRINGS.named("endpoints"));

	@Override
	public String id(Instance instance) {
		return Limits.requireId(instance.id());
	}

	/** The default weight is not written: Kratos takes 100 for what others leave out. */
	@Override
	public Bytes value(Instance instance, HostPort address) {
		String scheme = InstanceUrl.scheme(instance);
		Map<String, String> metadata = new HashMap<>(instance.tags());
		List.of(Instance.ID, Instance.SCHEME, Weight.NAME).forEach(metadata::remove);
		String version = Objects.requireNonNullElse(metadata.remove(VERSION), "");
		if (scheme.equals("https")) {
			metadata.remove(Instance.SECURE);
		}
		if (instance.weight() != Instance.DEFAULT_WEIGHT) {
			metadata.put(Weight.NAME, Integer.toString(instance.weight()));
			// The weight may be one too many.
			Limits.requireTags(metadata);
		}
		List<String> endpoints = new ArrayList<>(List.of(InstanceUrl.write(scheme, address)));
		for (String tag : GRPC_PORTS) {
			HostPort at = at(address.host(), metadata.get(tag));
			if (at != null) {
				metadata.remove(tag);
				endpoints.add(InstanceUrl.write(tag.substring(0, tag.length() - PORT.length()), at));
			}
		}
		return GoJsonWriter.struct(GoJsonWriter.Escapes.HTML, "id", id(instance), "name", instance.service(), VERSION,
				version, "metadata", metadata.isEmpty() ? null : metadata, "endpoints", endpoints);
	}

	private static @Nullable HostPort at(String host, @Nullable String text) {
		int port = (text != null && !text.startsWith("0")) ? HostPort.port(text) : -1;
		return (port > 0) ? new HostPort(host, port) : null;
	}

	@Override
	public Decoded read(String service, String id, Bytes json) throws UnreadableException {
		GoStruct value = GoStruct.read(json, FIELDS);
		String name = value.string("name");
		if (!name.equals(service)) {
			return name.startsWith(service + "/") ? new Foreign() : new Rejected(Reason.MALFORMED, "name");
		}
		List<InstanceUrl> endpoints = endpoints(value.list("endpoints"));
		if (endpoints.isEmpty()) {
			return new Rejected(Reason.ADDRESS);
		}
		InstanceUrl first = endpoints.stream().filter(InstanceUrl::isHttp).findFirst().orElse(endpoints.get(0));
		Map<String, String> tags = new HashMap<>(Objects.requireNonNullElse(value.map("metadata"), Map.of()));
		int weight = Weight.parse(tags.remove(Weight.NAME));
		// Both have places of their own, which count.
		tags.keySet().removeAll(List.of(Instance.ID, Instance.SCHEME));
		addPorts(endpoints, first, tags);
		if (!value.string(VERSION).isEmpty()) {
			tags.put(VERSION, value.string(VERSION));
		}
		String known = value.string("id").isEmpty() ? id : value.string("id");
		if (!known.isEmpty() && !known.equals(service + ":" + first.address())) {
			tags.put(Instance.ID, known);
		}
		return new Found(first.instance(service, weight, tags));
	}

	/** Returns the endpoints that can be used. */
	private static List<InstanceUrl> endpoints(@Nullable List<String> urls) {
		List<InstanceUrl> endpoints = new ArrayList<>();
		for (String endpoint : (urls != null) ? urls : List.<String>of()) {
			InstanceUrl url = InstanceUrl.parse(endpoint);
			if (url != null && !url.scheme().isEmpty()) {
				endpoints.add(url.withoutPath());
			}
		}
		return endpoints;
	}

	private static void addPorts(List<InstanceUrl> endpoints, InstanceUrl first, Map<String, String> tags) {
		List<InstanceUrl> others = new ArrayList<>(endpoints);
		others.remove(first);
		Map<String, String> ports = new HashMap<>();
		for (InstanceUrl other : others) {
			ports.putIfAbsent(other.scheme() + PORT, Integer.toString(other.address().port()));
		}
		tags.putAll(ports);
	}

}
