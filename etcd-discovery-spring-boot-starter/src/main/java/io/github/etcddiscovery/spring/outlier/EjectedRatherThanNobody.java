package io.github.etcddiscovery.spring.outlier;

import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.Cache;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.DefaultRequest;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.DelegatingServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;

/**
 * Stands around the suppliers of one service, which know nothing of ejections and pick
 * from who is left: by a version, say. Where they leave nobody it asks them once more,
 * with the ejected among the instances, because one that may have recovered is better
 * than none.
 */
final class EjectedRatherThanNobody extends DelegatingServiceInstanceListSupplier {

	/** The service whose suppliers are asked once more, on this thread, at present. */
	private static final ThreadLocal<@Nullable String> ASKED_ONCE_MORE = new ThreadLocal<>();

	private final Outliers outliers;

	private final ObjectProvider<LoadBalancerCacheManager> caches;

	EjectedRatherThanNobody(ServiceInstanceListSupplier suppliers, Outliers outliers,
			ObjectProvider<LoadBalancerCacheManager> caches) {
		super(suppliers);
		this.outliers = outliers;
		this.caches = caches;
	}

	/**
	 * Tells whether the suppliers of a service are asked once more, so that they get the
	 * ejected too. To be asked on the thread that asks them.
	 */
	static boolean isAskedOnceMore(String serviceId) {
		return serviceId.equals(ASKED_ONCE_MORE.get());
	}

	@Override
	public Flux<List<ServiceInstance>> get() {
		return get(new DefaultRequest<>());
	}

	@Override
	@SuppressWarnings("rawtypes")
	public Flux<List<ServiceInstance>> get(Request request) {
		Flux<List<ServiceInstance>> chosenFrom = this.delegate.get(request);
		return (this.outliers.isNobodyEjected() || !this.outliers.wantsList(getServiceId())) ? chosenFrom
				: chosenFrom.concatMap((list) -> isForWantOfEjected(list) ? withEjected(request) : Flux.just(list));
	}

	private boolean isForWantOfEjected(List<ServiceInstance> list) {
		return list.isEmpty() && this.outliers.leavesOut(getServiceId());
	}

	/** A list in the cache lacks the ejected, and one that holds them is not to stay. */
	@SuppressWarnings("rawtypes")
	private Flux<List<ServiceInstance>> withEjected(Request request) {
		return Flux.<List<ServiceInstance>>from((subscriber) -> {
			evict();
			ASKED_ONCE_MORE.set(getServiceId());
			try {
				this.delegate.get(request)
					.take(1)
					.doOnNext((withEjected) -> evict())
					.doOnTerminate(this::evict)
					.doOnCancel(this::evict)
					.subscribe(subscriber);
			}
			finally {
				ASKED_ONCE_MORE.remove();
			}
		});
	}

	private void evict() {
		LoadBalancerCacheManager manager = this.caches.getIfAvailable();
		Cache cache = (manager != null)
				? manager.getCache(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME) : null;
		if (cache != null) {
			cache.evict(getServiceId());
		}
	}

}
