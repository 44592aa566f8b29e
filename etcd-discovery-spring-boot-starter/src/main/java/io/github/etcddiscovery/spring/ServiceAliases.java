package io.github.etcddiscovery.spring;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Other names of services, which can stand in the host of a URI. Immutable. Not part of
 * the API that users write against; may change.
 */
public final class ServiceAliases {

	private final Map<String, String> services;

	private final Map<String, List<String>> names;

	/**
	 * Copies.
	 * @param services real service names by their aliases
	 */
	public ServiceAliases(Map<String, String> services) {
		this.services = Map.copyOf(services);
		this.names = this.services.values()
			.stream()
			.distinct()
			.collect(Collectors.toUnmodifiableMap((service) -> service, this::allNames));
	}

	private List<String> allNames(String service) {
		TreeSet<String> all = new TreeSet<>(List.of(service));
		this.services.forEach((alias, real) -> {
			if (real.equals(service)) {
				all.add(alias);
			}
		});
		return List.copyOf(all);
	}

	/**
	 * Returns the service that is meant.
	 * @param name an alias, or the name of a service
	 * @return the name of the service
	 */
	public String service(String name) {
		return this.services.getOrDefault(name, name);
	}

	/**
	 * Returns all names that a service can be asked for by.
	 * @param service name of the service
	 * @return the name and its aliases
	 */
	public List<String> names(String service) {
		List<String> known = this.names.get(service);
		return (known != null) ? known : List.of(service);
	}

	/**
	 * Tells whether there are none.
	 * @return whether every service has one name only
	 */
	public boolean isEmpty() {
		return this.services.isEmpty();
	}

}
