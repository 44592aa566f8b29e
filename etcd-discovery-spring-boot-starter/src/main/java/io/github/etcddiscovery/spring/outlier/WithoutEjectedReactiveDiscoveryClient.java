package io.github.etcddiscovery.spring.outlier;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;

/**
 * Does what {@link WithoutEjectedDiscoveryClient} does for balancers that ask the
 * reactive discovery client. Where nobody is ejected it hands on what it was given.
 */
final class WithoutEjectedReactiveDiscoveryClient implements ReactiveDiscoveryClient {

	private final ReactiveDiscoveryClient whole;

	private final Outliers outliers;

	WithoutEjectedReactiveDiscoveryClient(ReactiveDiscoveryClient whole, Outliers outliers) {
		this.whole = whole;
		this.outliers = outliers;
	}

	@Override
	public String description() {
		return this.whole.description() + ", without ejected instances";
	}

	@Override
	public Flux<ServiceInstance> getInstances(String serviceId) {
		// First: a list that is older than this question may lack whoever it is about.
		boolean mayDiffer = this.outliers.wantsList(serviceId);
		// Here: the instances may come on another thread.
		boolean onceMore = EjectedRatherThanNobody.isAskedOnceMore(serviceId);
		Flux<ServiceInstance> all = this.whole.getInstances(serviceId);
		return (mayDiffer && !onceMore)
				? all.collectList().flatMapIterable((listed) -> this.outliers.withoutEjected(serviceId, listed)) : all;
	}

	@Override
	public Flux<String> getServices() {
		return this.whole.getServices();
	}

	@Override
	public Mono<Void> reactiveProbe() {
		return this.whole.reactiveProbe();
	}

	@Override
	public int getOrder() {
		return this.whole.getOrder();
	}

}
