package io.github.etcddiscovery.spring.discovery;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.spring.ServiceAliases;

/**
 * The names that services can be asked for by: their own, and beside them the aliases of
 * those that are there. Made anew when core's list is another one, and only then.
 */
final class ServiceIds {

	private final ServiceAliases aliases;

	private final AtomicReference<Ids> last = new AtomicReference<>(new Ids(List.of(), List.of()));

	ServiceIds(ServiceAliases aliases) {
		this.aliases = aliases;
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
		Ids fresh = new Ids(services,
				services.stream()
					.flatMap((service) -> this.aliases.names(service).stream())
					.sorted()
					.distinct()
					.toList());
		this.last.set(fresh);
		return fresh.all;
	}

	/**
	 * Core's list and ours.
	 */
	private record Ids(List<String> services, List<String> all) {

	}

}
