package io.github.etcddiscovery.spring.discovery;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The names that services can be asked for by: their own, and beside them the aliases of
 * those that are there. Made anew when core's list is another one, and only then.
 */
final class ServiceIds {

	private final Map<String, String> aliases;

	private final AtomicReference<Ids> last = new AtomicReference<>(new Ids(List.of(), List.of()));

	ServiceIds(Map<String, String> aliases) {
		this.aliases = Map.copyOf(aliases);
	}

	@SuppressWarnings("ReferenceEquality")
	List<String> of(List<String> services) {
		if (this.aliases.isEmpty()) {
			return services;
		}
		Ids known = Objects.requireNonNull(this.last.get());
		if (known.services == services) {
			return known.all;
		}
		Ids fresh = new Ids(services, withAliases(services));
		this.last.set(fresh);
		return fresh.all;
	}

	private List<String> withAliases(List<String> services) {
		Set<String> real = new HashSet<>(services);
		TreeSet<String> all = new TreeSet<>(services);
		this.aliases.forEach((alias, service) -> {
			if (real.contains(service)) {
				all.add(alias);
			}
		});
		return List.copyOf(all);
	}

	/**
	 * Core's list and ours.
	 */
	private record Ids(List<String> services, List<String> all) {

	}

}
