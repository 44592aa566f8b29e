package io.github.etcddiscovery.spring.outlier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.cache.Cache;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.loadbalancer.cache.DefaultLoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheProperties;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/** What suppliers and reactive clients are asked, and how often. */
class SuppliersTests {

	private final Rig rig = new Rig(3);

	private final DefaultLoadBalancerCacheManager caches = new DefaultLoadBalancerCacheManager(
			new LoadBalancerCacheProperties());

	/** The services whose instances were asked for. */
	private final List<String> asked = new ArrayList<>();

	private List<ServiceInstance> firstOf(String service, List<ServiceInstance> supplied) {
		ServiceInstanceListSupplier suppliers = new ServiceInstanceListSupplier() {

			@Override
			public String getServiceId() {
				return service;
			}

			@Override
			public Flux<List<ServiceInstance>> get() {
				return Flux.defer(() -> {
					SuppliersTests.this.asked.add(service);
					return Flux.just(supplied);
				});
			}
		};
		return new EjectedRatherThanNobody(suppliers, this.rig.outliers,
				new StaticListableBeanFactory().getBeanProvider(LoadBalancerCacheManager.class))
			.get()
			.blockFirst();
	}

	/** Each question may wait, while etcd is away. */
	@Test
	void aServiceOfWhichNobodyIsKnownIsAskedForOnce() {
		assertThat(firstOf("unknown", List.of())).isEmpty();
		assertThat(this.asked).containsExactly("unknown");
	}

	@Test
	void aServiceOfWhichNobodyIsEjectedIsAskedForOnce() {
		this.rig.advanceSeconds(61);
		assertThat(firstOf(Rig.ECHO, List.of())).isEmpty();
		assertThat(this.asked).containsExactly(Rig.ECHO);
	}

	@Test
	void aServiceOfWhichSomebodyIsEjectedIsAskedForTwiceWhereNobodyIsLeft() {
		this.rig.kill(1);
		assertThat(firstOf(Rig.ECHO, List.of())).isEmpty();
		assertThat(this.asked).containsExactly(Rig.ECHO, Rig.ECHO);
	}

	@Test
	void whoeverIsAskedOnceMoreGetsTheEjectedAlsoWhereInstancesComeOnAnotherThread() {
		this.rig.kill(1);
		ReactiveDiscoveryClient elsewhere = client(
				() -> Flux.fromIterable(this.rig.listed()).subscribeOn(Schedulers.boundedElastic()));
		ReactiveDiscoveryClient without = new WithoutEjectedReactiveDiscoveryClient(elsewhere, this.rig.outliers);
		ServiceInstanceListSupplier onlyTheFirst = supplier(() -> without.getInstances(Rig.ECHO)
			.filter((instance) -> instance.getPort() == 1)
			.collectList()
			.flux());
		assertThat(new EjectedRatherThanNobody(onlyTheFirst, this.rig.outliers,
				new StaticListableBeanFactory().getBeanProvider(LoadBalancerCacheManager.class))
			.get()
			.blockFirst()).extracting(ServiceInstance::getPort).containsExactly(1);
	}

	@Test
	void aListWithTheEjectedDoesNotStayInTheCacheAlsoWhereItComesOnAnotherThread() {
		this.rig.kill(1);
		ReactiveDiscoveryClient without = new WithoutEjectedReactiveDiscoveryClient(
				client(() -> Flux.fromIterable(this.rig.listed()).subscribeOn(Schedulers.boundedElastic())),
				this.rig.outliers);
		ServiceInstanceListSupplier cached = new CachingServiceInstanceListSupplier(
				supplier(() -> without.getInstances(Rig.ECHO).collectList().flux()), this.caches);
		ServiceInstanceListSupplier onlyTheFirst = supplier(
				() -> cached.get().map((all) -> all.stream().filter((instance) -> instance.getPort() == 1).toList()));

		assertThat(around(onlyTheFirst).get().blockFirst()).hasSize(1);

		assertThat(cached(Rig.ECHO)).isNull();
	}

	@Test
	void norDoesItWhereSuppliersGiveNoListThatTime() {
		this.rig.kill(1);
		ServiceInstanceListSupplier cached = new CachingServiceInstanceListSupplier(
				supplier(() -> Flux.just(this.rig.listed())), this.caches);
		ServiceInstanceListSupplier failing = supplier(() -> {
			this.asked.add(Rig.ECHO);
			return (this.asked.size() == 1) ? Flux.just(List.of()) : cached.get().map((all) -> {
				throw new IllegalStateException("no instance of this version");
			});
		});

		assertThat(around(failing).get().onErrorComplete().blockFirst()).isNull();

		assertThat(cached(Rig.ECHO)).isNull();
	}

	private EjectedRatherThanNobody around(ServiceInstanceListSupplier suppliers) {
		return new EjectedRatherThanNobody(suppliers, this.rig.outliers,
				new StaticListableBeanFactory(Map.of("caches", this.caches))
					.getBeanProvider(LoadBalancerCacheManager.class));
	}

	private Cache.@Nullable ValueWrapper cached(String service) {
		return this.caches.getCache(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME).get(service);
	}

	private static ServiceInstanceListSupplier supplier(Supplier<Flux<List<ServiceInstance>>> lists) {
		return new ServiceInstanceListSupplier() {

			@Override
			public String getServiceId() {
				return Rig.ECHO;
			}

			@Override
			public Flux<List<ServiceInstance>> get() {
				return Flux.defer(lists);
			}
		};
	}

	/** It may lack the one whose call has shown that lists are out of date. */
	@Test
	void aListThatWasFetchedBeforeItWasWantedDoesNotCountAsTheOneThatIsWanted() {
		ServiceInstance stranger = new DefaultServiceInstance("4", Rig.ECHO, Rig.HOST, 4, false, Map.of());
		ReactiveDiscoveryClient whole = client(() -> {
			Flux<ServiceInstance> fetched = Flux.fromIterable(this.rig.listed());
			this.rig.outliers.began(stranger, this.rig.now());
			return fetched;
		});
		new WithoutEjectedReactiveDiscoveryClient(whole, this.rig.outliers).getInstances(Rig.ECHO).blockLast();
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isTrue();
	}

	private static ReactiveDiscoveryClient client(Supplier<Flux<ServiceInstance>> instances) {
		return new ReactiveDiscoveryClient() {

			@Override
			public String description() {
				return "under test";
			}

			@Override
			public Flux<ServiceInstance> getInstances(String serviceId) {
				return instances.get();
			}

			@Override
			public Flux<String> getServices() {
				return Flux.empty();
			}
		};
	}

}
