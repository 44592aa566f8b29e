package io.github.etcddiscovery.spring.autoconfigure;

import java.util.List;

import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.EtcdResolverProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import io.github.etcddiscovery.spring.ServiceAliases;
import org.jspecify.annotations.Nullable;

/** The names of services that are configured to be discovered. */
final class DiscoveredNames {

	private static final String PREFIX = "etcd.discovery.resolver.";

	private DiscoveredNames() {
	}

	/**
	 * Checks that each can be discovered at all: one that no format can carry would be a
	 * service without instances for ever.
	 * @param properties has the names
	 * @param layouts from which layouts is discovered
	 * @throws InvalidEtcdPropertyException if none of them can carry one of the names
	 */
	static void check(EtcdResolverProperties properties, List<Layout> layouts) {
		properties.aliases().forEach((alias, service) -> check(PREFIX + "aliases." + alias, service, layouts));
		ServiceAliases aliases = new ServiceAliases(properties.aliases());
		properties.preload().forEach((name) -> check(PREFIX + "preload", aliases.service(name), layouts));
	}

	private static void check(String property, String service, List<Layout> layouts) {
		String problem = null;
		for (Layout layout : layouts) {
			String reason = problem(layout, service);
			if (reason == null) {
				return;
			}
			problem = (problem == null) ? reason : problem + "; " + reason;
		}
		throw new InvalidEtcdPropertyException(property, null, "cannot be discovered: " + problem);
	}

	private static @Nullable String problem(Layout layout, String service) {
		try {
			layout.codec().checkService(service);
			return null;
		}
		catch (IllegalArgumentException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

}
