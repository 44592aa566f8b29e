package io.github.etcddiscovery.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.EtcdDiscoveryProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.jspecify.annotations.Nullable;

/**
 * The layouts that are configured.
 *
 * @param registering those to register under
 * @param discovering those to discover from
 */
record Layouts(List<Layout> registering, List<Layout> discovering) {

	private static final String PREFIX = "etcd.discovery.";

	/**
	 * Finds the codecs of the formats that are configured.
	 * @param properties formats and prefixes
	 * @param codecs the user's codecs by the names of their beans
	 * @return the layouts
	 * @throws InvalidEtcdPropertyException if a format is unknown or two layouts are the
	 * same
	 */
	static Layouts of(EtcdDiscoveryProperties properties, Map<String, InstanceCodec> codecs) {
		if (properties.layouts().isEmpty()) {
			Layout only = layout(PREFIX + "format", properties.format(), properties.prefix(), codecs);
			return new Layouts(List.of(only), List.of(only));
		}
		List<Layout> registering = new ArrayList<>();
		List<Layout> discovering = new ArrayList<>();
		for (int i = 0; i < properties.layouts().size(); i++) {
			EtcdDiscoveryProperties.Layout wanted = properties.layouts().get(i);
			String property = PREFIX + "layouts[" + i + "]";
			Layout layout = layout(property + ".format", wanted.format(), wanted.prefix(), codecs);
			add(property, layout, wanted.register(), registering);
			add(property, layout, wanted.discover(), discovering);
		}
		return new Layouts(registering, discovering);
	}

	private static void add(String property, Layout layout, boolean wanted, List<Layout> layouts) {
		if (wanted && layouts.stream().anyMatch((other) -> same(other, layout))) {
			throw new InvalidEtcdPropertyException(property, layout, "is there twice");
		}
		if (wanted) {
			layouts.add(layout);
		}
	}

	private static boolean same(Layout one, Layout other) {
		return one.codec().format().equals(other.codec().format()) && one.prefix().equals(other.prefix());
	}

	private static Layout layout(String property, @Nullable String format, @Nullable String prefix,
			Map<String, InstanceCodec> codecs) {
		Map<String, InstanceCodec> known = new TreeMap<>(codecs);
		known.putIfAbsent("kitex", InstanceCodec.kitex());
		InstanceCodec codec = known.get((format != null) ? format : "kitex");
		if (codec == null) {
			throw new InvalidEtcdPropertyException(property, format, "is no wire format (expected: one of "
					+ String.join(", ", known.keySet()) + "; a bean of type InstanceCodec counts by its name)");
		}
		return new Layout(codec, (prefix != null) ? prefix : codec.defaultPrefix());
	}

	/**
	 * Returns ranges to prove access with: what will be read.
	 * @param service a service whose range stands for formats without a range of all
	 * @return at least one range
	 */
	List<KeyRange> ranges(String service) {
		List<Layout> read = this.discovering.isEmpty() ? this.registering : this.discovering;
		return read.stream().map((layout) -> range(layout, service)).toList();
	}

	private static KeyRange range(Layout layout, String service) {
		KeyRange all = layout.allServices();
		return (all != null) ? all : layout.service(service);
	}

}
