package io.github.etcddiscovery.spring.discovery;

import java.util.List;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/**
 * Answers Spring Cloud from the memory of core's resolver. Never throws for trouble with
 * etcd, and never waits but for the first snapshot.
 */
public final class EtcdDiscoveryClient implements DiscoveryClient {

	private final InstanceLists lists;

	private final int order;

	/**
	 * Creates the client.
	 * @param lists where answers come from
	 * @param order order among the clients of other registries
	 */
	public EtcdDiscoveryClient(InstanceLists lists, int order) {
		this.lists = lists;
		this.order = order;
	}

	@Override
	public String description() {
		return "etcd discovery client";
	}

	/**
	 * Returns the instances of a service.
	 * @return the instances, immutable, the same object until something changes; empty
	 * for an unknown service
	 */
	@Override
	public List<ServiceInstance> getInstances(String serviceId) {
		return this.lists.instances(serviceId);
	}

	/**
	 * Returns the names of all services, with their aliases, but for names that are no
	 * URI after {@code lb://}, or another host there: gateways make a route of each.
	 * @return the names, immutable
	 */
	@Override
	public List<String> getServices() {
		return this.lists.services();
	}

	/**
	 * Does nothing: this client can always answer, and an etcd that is away must not turn
	 * the health of the application DOWN. The health indicator {@code etcd} tells.
	 */
	@Override
	public void probe() {
	}

	@Override
	public int getOrder() {
		return this.order;
	}

}
