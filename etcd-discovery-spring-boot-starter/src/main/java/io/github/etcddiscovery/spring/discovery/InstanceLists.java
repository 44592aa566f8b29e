package io.github.etcddiscovery.spring.discovery;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.EtcdInstanceList;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * Core's snapshots as lists of Spring Cloud, each mapped once. Both discovery clients
 * share one. A lookup that finds what it found before costs two map reads and allocates
 * nothing. Not part of the API that users write against; may change.
 */
public final class InstanceLists {

	private final EtcdResolver resolver;

	private final Map<String, String> aliases;

	private final Map<String, EtcdInstanceList> mapped = new ConcurrentHashMap<>();

	/**
	 * Creates the mapping.
	 * @param resolver core's resolver, which stays the caller's to close
	 * @param aliases real service names by names that can stand in the host of a URI
	 */
	public InstanceLists(EtcdResolver resolver, Map<String, String> aliases) {
		this.resolver = resolver;
		this.aliases = Map.copyOf(aliases);
	}

	List<ServiceInstance> instances(String name) {
		return map(this.resolver.await(service(name)));
	}

	/** The instances, or null where they have not been read yet. */
	@Nullable List<ServiceInstance> knownInstances(String name) {
		ServiceSnapshot snapshot = this.resolver.snapshot(service(name));
		return (snapshot.state() == ServiceSnapshot.State.READ) ? map(snapshot) : null;
	}

	CompletionStage<List<ServiceInstance>> whenInstances(String name) {
		return this.resolver.whenRead(service(name)).thenApply(this::map);
	}

	List<String> services() {
		return this.resolver.services();
	}

	CompletionStage<List<String>> whenServices() {
		return this.resolver.whenServices();
	}

	private String service(String name) {
		return this.aliases.getOrDefault(name, name);
	}

	List<ServiceInstance> map(ServiceSnapshot snapshot) {
		EtcdInstanceList known = this.mapped.get(snapshot.service());
		if (known != null && isOf(known, snapshot)) {
			return known.instances();
		}
		if (known == null && snapshot.instances().isEmpty()) {
			// Nobody can fill the memory by asking for names that do not exist.
			return Collections.emptyList();
		}
		EtcdInstanceList newest = this.mapped.compute(snapshot.service(), this::newest);
		return (newest != null) ? newest.instances() : Collections.emptyList();
	}

	/**
	 * Maps what is known now, not what the reader has found: a slow one would put an
	 * older list in the place of a newer. All get the same list of the same snapshot.
	 */
	private @Nullable EtcdInstanceList newest(String service, @Nullable EtcdInstanceList current) {
		ServiceSnapshot snapshot = this.resolver.snapshot(service);
		if (snapshot.instances().isEmpty()) {
			return null;
		}
		return (current != null && isOf(current, snapshot)) ? current : new EtcdInstanceList(snapshot);
	}

	/** Core replaces a snapshot when its service has changed, and only then. */
	@SuppressWarnings("ReferenceEquality")
	private static boolean isOf(EtcdInstanceList list, ServiceSnapshot snapshot) {
		return list.snapshot() == snapshot;
	}

}
