package io.github.etcddiscovery.spring.discovery;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.spring.LbName;
import io.github.etcddiscovery.spring.ServiceAliases;

/**
 * The names that services are listed by: their own, where gateways and others can make a
 * URI of it, and beside them the aliases of those that are there. Made anew when core's
 * list is another one, and only then.
 */
final class ServiceIds {

	private final ServiceAliases aliases;

	private final AtomicReference<Ids> last = new AtomicReference<>(new Ids(List.of(), List.of()));

	ServiceIds(ServiceAliases aliases) {
		this.aliases = aliases;
	}

	@SuppressWarnings("ReferenceEquality")
	List<String> of(List<String> services) {
		Ids known = Objects.requireNonNull(this.last.get());
		if (known.services == services) {
			return known.all;
		}
		Ids fresh = new Ids(services, names(services));
		this.last.set(fresh);
		return fresh.all;
	}

	private List<String> names(List<String> services) {
		if (this.aliases.isEmpty() && services.stream().allMatch(LbName::isHarmless)) {
			return services;
		}
		return services.stream()
			.flatMap((service) -> this.aliases.names(service).stream())
			.filter(LbName::isHarmless)
			.sorted()
			.distinct()
			.toList();
	}

	/**
	 * Core's list and ours.
	 */
	private record Ids(List<String> services, List<String> all) {

	}

}
