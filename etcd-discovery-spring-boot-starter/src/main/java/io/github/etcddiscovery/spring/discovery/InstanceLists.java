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
import org.springframework.context.SmartLifecycle;

/**
 * Core's snapshots as lists of Spring Cloud, each mapped once. Both discovery clients
 * share one. A lookup that finds what it found before costs two map reads and allocates
 * nothing. Not part of the API that users write against; may change.
 */
public final class InstanceLists {

	private final EtcdResolver resolver;

	private final Map<String, String> aliases;

	private final ServiceIds names;

	/** By the names that were asked for, so that an alias has lists of its own. */
	private final Map<String, EtcdInstanceList> mapped = new ConcurrentHashMap<>();

	/**
	 * Creates the mapping.
	 * @param resolver core's resolver, which stays the caller's to close
	 * @param aliases real service names by names that can stand in the host of a URI
	 */
	public InstanceLists(EtcdResolver resolver, Map<String, String> aliases) {
		this.resolver = resolver;
		this.aliases = Map.copyOf(aliases);
		this.names = new ServiceIds(this.aliases);
	}

	/**
	 * Returns what has services loaded before the application is ready.
	 * @param names names of services, or aliases
	 * @return the preload, to be started by the context
	 */
	public SmartLifecycle preload(List<String> names) {
		return new Preload(this.resolver, names.stream().map(this::service).toList());
	}

	List<ServiceInstance> instances(String name) {
		return map(name, this.resolver.await(service(name)));
	}

	/** The instances, or null where they have not been read yet. */
	@Nullable List<ServiceInstance> knownInstances(String name) {
		ServiceSnapshot snapshot = this.resolver.snapshot(service(name));
		return (snapshot.state() == ServiceSnapshot.State.READ) ? map(name, snapshot) : null;
	}

	CompletionStage<List<ServiceInstance>> whenInstances(String name) {
		return this.resolver.whenRead(service(name)).thenApply((snapshot) -> map(name, snapshot));
	}

	List<String> services() {
		return this.names.of(this.resolver.services());
	}

	CompletionStage<List<String>> whenServices() {
		return this.resolver.whenServices().thenApply(this.names::of);
	}

	private String service(String name) {
		return this.aliases.getOrDefault(name, name);
	}

	List<ServiceInstance> map(String name, ServiceSnapshot snapshot) {
		EtcdInstanceList known = this.mapped.get(name);
		if (known != null && isOf(known, snapshot)) {
			return known.instances();
		}
		if (known == null && snapshot.instances().isEmpty()) {
			// Nobody can fill the memory by asking for names that do not exist.
			return Collections.emptyList();
		}
		EtcdInstanceList newest = this.mapped.compute(name, this::newest);
		return (newest != null) ? newest.instances() : Collections.emptyList();
	}

	/**
	 * Maps what is known now, not what the reader has found: a slow one would put an
	 * older list in the place of a newer. All get the same list of the same snapshot.
	 */
	private @Nullable EtcdInstanceList newest(String name, @Nullable EtcdInstanceList current) {
		ServiceSnapshot snapshot = this.resolver.snapshot(service(name));
		if (snapshot.instances().isEmpty()) {
			return null;
		}
		return (current != null && isOf(current, snapshot)) ? current : new EtcdInstanceList(name, snapshot);
	}

	/** Core replaces a snapshot when its service has changed, and only then. */
	@SuppressWarnings("ReferenceEquality")
	private static boolean isOf(EtcdInstanceList list, ServiceSnapshot snapshot) {
		return list.snapshot() == snapshot;
	}

}
