package io.github.etcddiscovery.spring.outlier;

import java.util.List;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/**
 * The discovery client that the balancer of one service asks: that of the application,
 * without the ejected.
 */
final class WithoutEjectedDiscoveryClient implements DiscoveryClient {

	private final DiscoveryClient whole;

	private final Outliers outliers;

	WithoutEjectedDiscoveryClient(DiscoveryClient whole, Outliers outliers) {
		this.whole = whole;
		this.outliers = outliers;
	}

	@Override
	public String description() {
		return this.whole.description() + ", without ejected instances";
	}

	@Override
	public List<ServiceInstance> getInstances(String serviceId) {
		List<ServiceInstance> listed = this.whole.getInstances(serviceId);
		List<ServiceInstance> left = this.outliers.withoutEjected(serviceId, listed);
		return (left != listed && EjectedRatherThanNobody.isAskedOnceMore(serviceId)) ? listed : left;
	}

	@Override
	public List<String> getServices() {
		return this.whole.getServices();
	}

	@Override
	public void probe() {
		this.whole.probe();
	}

	@Override
	public int getOrder() {
		return this.whole.getOrder();
	}

}
