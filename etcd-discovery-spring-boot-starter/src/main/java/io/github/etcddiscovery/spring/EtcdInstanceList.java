package io.github.etcddiscovery.spring;

import java.util.List;
import java.util.random.RandomGenerator;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.ServiceSnapshot;

import org.springframework.cloud.client.ServiceInstance;

/**
 * A snapshot of core as Spring Cloud sees it. Made once for each snapshot; immutable. Not
 * part of the API that users write against; may change.
 */
public final class EtcdInstanceList {

	private final String serviceId;

	private final ServiceSnapshot snapshot;

	private final List<ServiceInstance> instances;

	private final WeightTable weights;

	/**
	 * Maps a snapshot.
	 * @param snapshot the snapshot
	 */
	public EtcdInstanceList(ServiceSnapshot snapshot) {
		this(snapshot.service(), snapshot);
	}

	/**
	 * Maps a snapshot of a service that goes by another name.
	 * @param serviceId the name, an alias mostly
	 * @param snapshot the snapshot
	 */
	public EtcdInstanceList(String serviceId, ServiceSnapshot snapshot) {
		this.serviceId = serviceId;
		this.snapshot = snapshot;
		this.instances = snapshot.instances()
			.stream()
			.<ServiceInstance>map((instance) -> new EtcdServiceInstance(instance, this))
			.toList();
		this.weights = new WeightTable(snapshot.instances().stream().mapToInt(Instance::weight).toArray());
	}

	/**
	 * Returns the name of the service.
	 * @return the name that it was asked for by
	 */
	public String serviceId() {
		return this.serviceId;
	}

	/**
	 * Returns what was mapped.
	 * @return the snapshot
	 */
	public ServiceSnapshot snapshot() {
		return this.snapshot;
	}

	/**
	 * Returns the instances.
	 * @return the instances, immutable, always the same object
	 */
	public List<ServiceInstance> instances() {
		return this.instances;
	}

	/**
	 * Tells whether the weights make a difference.
	 * @return whether two instances have different weights
	 */
	public boolean weighted() {
		return !this.weights.uniform();
	}

	/**
	 * Draws an instance, each as often as its weight says. Allocates nothing.
	 * @param random where chance is taken from
	 * @return the instance
	 */
	public ServiceInstance draw(RandomGenerator random) {
		return this.instances.get(this.weights.draw(random));
	}

}
