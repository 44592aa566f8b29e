package io.github.etcddiscovery.spring.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.resolver.Scope;
import io.github.etcddiscovery.spring.EtcdDiscoveryProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import io.github.etcddiscovery.spring.ServiceAliases;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The layouts that are configured.
 *
 * @param registering those to register under
 * @param discovering those to discover from
 */
record Layouts(List<Layout> registering, List<Layout> discovering) {

	private static final String PREFIX = "etcd.discovery.";

	private static final String DEFAULT_FORMAT = "kitex";

	private static final String UNNAMED = "application";

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
			throw new InvalidEtcdPropertyException(property, layout,
					"is there twice (expected: each format and prefix once; another prefix for one of them)");
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
		InstanceCodec.all().forEach((builtIn) -> known.putIfAbsent(builtIn.format(), builtIn));
		InstanceCodec codec = known.get((format != null) ? format : DEFAULT_FORMAT);
		if (codec == null) {
			throw new InvalidEtcdPropertyException(property, format, "is no wire format (expected: one of "
					+ String.join(", ", known.keySet()) + "; a bean of type InstanceCodec counts by its name)");
		}
		return new Layout(codec, (prefix != null) ? prefix : codec.defaultPrefix());
	}

	/**
	 * Returns ranges to prove access with: what will be read, and no more.
	 * @param environment tells the scope, and the services that matter to us
	 * @param registers whether this application is one of them
	 * @return at least one range
	 */
	Access access(Environment environment, boolean registers) {
		Binder binder = Binder.get(environment);
		boolean resolves = !this.discovering.isEmpty()
				&& binder.bind("etcd.discovery.resolver.enabled", Boolean.class).orElse(true);
		boolean all = resolves
				&& binder.bind("etcd.discovery.resolver.scope", Scope.class).orElse(Scope.PREFIX) == Scope.PREFIX;
		Set<String> names = new LinkedHashSet<>();
		if (registers) {
			Optional.ofNullable(NamedApplication.name(environment)).ifPresent(names::add);
		}
		if (resolves) {
			names.addAll(preloaded(binder));
		}
		List<KeyRange> ranges = (resolves ? this.discovering : this.registering).stream()
			.flatMap((layout) -> ranges(layout, all, names))
			.toList();
		// Some range has to be read to see that etcd answers; nothing is known of rights.
		return ranges.isEmpty() ? new Access(List.of(anyLayout().service(UNNAMED)), true) : new Access(ranges, false);
	}

	private Layout anyLayout() {
		return (this.discovering.isEmpty() ? this.registering : this.discovering).get(0);
	}

	private static List<String> preloaded(Binder binder) {
		Map<String, String> aliases = binder
			.bind("etcd.discovery.resolver.aliases", Bindable.mapOf(String.class, String.class))
			.orElse(Map.of());
		return binder.bind("etcd.discovery.resolver.preload", Bindable.listOf(String.class))
			.orElse(List.of())
			.stream()
			.map(new ServiceAliases(aliases)::service)
			.toList();
	}

	private static Stream<KeyRange> ranges(Layout layout, boolean all, Collection<String> names) {
		KeyRange every = all ? layout.allServices() : null;
		return (every != null) ? Stream.of(every) : names.stream().map(layout::service);
	}

	/**
	 * What to prove access with.
	 *
	 * @param ranges ranges to read
	 * @param deniedIsProof whether it is enough that etcd answers and has let us in,
	 * because nobody said that we may read these ranges
	 */
	record Access(List<KeyRange> ranges, boolean deniedIsProof) {

	}

}
