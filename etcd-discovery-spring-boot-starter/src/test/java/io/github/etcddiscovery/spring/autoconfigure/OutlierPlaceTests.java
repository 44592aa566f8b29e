package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.etcddiscovery.spring.outlier.Outliers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClients;
import org.springframework.cloud.loadbalancer.core.DelegatingServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.DiscoveryClientServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.RandomLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ReactorLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The ejected are left out below whatever suppliers and balancers a caller has. The
 * instances stand in the properties here, as if they were those of another registry.
 */
class OutlierPlaceTests {

	private static final String BLOCKING = "spring.cloud.discovery.reactive.enabled=false";

	private static final String REACTIVE = "spring.cloud.discovery.blocking.enabled=true";

	private static final String INSTANCES = "spring.cloud.discovery.client.simple.instances.music";

	private static ApplicationContextRunner caller(String... properties) {
		ApplicationContextRunner runner = Contexts.client()
			.withPropertyValues("spring.main.banner-mode=off", "etcd.discovery.resolver.first-snapshot-timeout=0",
					"spring.cloud.loadbalancer.cache.enabled=false")
			.withPropertyValues(properties);
		for (int port = 1; port <= 3; port++) {
			String instance = INSTANCES + "[" + (port - 1) + "].";
			runner = runner.withPropertyValues(instance + "uri=http://10.0.0.1:" + port,
					instance + "metadata.version=" + port, instance + "metadata.API_VERSION=" + port);
		}
		return runner;
	}

	private static Set<Integer> chosen(AssertableApplicationContext context) {
		LoadBalancerClient balancer = context.getBean(LoadBalancerClient.class);
		return IntStream.range(0, 60)
			.mapToObj((i) -> balancer.choose("music"))
			.map((instance) -> (instance != null) ? instance.getPort() : 0)
			.collect(Collectors.toSet());
	}

	/** An instance is known when its list was asked for. */
	private static void eject(AssertableApplicationContext context, int port) {
		chosen(context);
		assertThat(context.getBean(Outliers.class).eject("10.0.0.1:" + port)).isTrue();
	}

	private static Set<String> clientsAtTheBalancer(AssertableApplicationContext context) {
		LoadBalancerClientFactory factory = context.getBean(LoadBalancerClientFactory.class);
		return Stream.of(DiscoveryClient.class, ReactiveDiscoveryClient.class)
			.flatMap((type) -> factory.getInstances("music", type).keySet().stream())
			.filter((name) -> name.startsWith("etcdDiscoveryWithoutEjected"))
			.collect(Collectors.toSet());
	}

	@ParameterizedTest
	@CsvSource({ "default, DiscoveryClient", "zone-preference, ZonePreference",
			"request-based-sticky-session, RequestBasedStickySession", "weighted, Weighted", "subset, Subset" })
	void everySupplierOfSpringCloudWorksOnAndGetsNobodyWhoIsEjected(String configuration, String supplier) {
		for (String branch : List.of(BLOCKING, REACTIVE)) {
			caller(branch, "spring.cloud.loadbalancer.configurations=" + configuration).run((context) -> {
				assertThat(chosen(context)).containsExactly(1, 2, 3);
				assertThat(ofSpringCloud(context)).isEqualTo(supplier + "ServiceInstanceListSupplier");
				eject(context, 2);
				assertThat(chosen(context)).containsExactly(1, 3);
				context.getBean(Outliers.class).giveBack("10.0.0.1:2");
				assertThat(chosen(context)).containsExactly(1, 2, 3);
			});
		}
	}

	private static String ofSpringCloud(AssertableApplicationContext context) {
		ServiceInstanceListSupplier ours = context.getBean(LoadBalancerClientFactory.class)
			.getInstance("music", ServiceInstanceListSupplier.class);
		return ((DelegatingServiceInstanceListSupplier) ours).getDelegate().getClass().getSimpleName();
	}

	@ParameterizedTest
	@ValueSource(strings = { BLOCKING, REACTIVE })
	void thePreferredInstanceIsLeftWhenItIsEjected(String branch) {
		caller(branch, "spring.cloud.loadbalancer.configurations=same-instance-preference").run((context) -> {
			int preferred = chosen(context).iterator().next();
			assertThat(chosen(context)).containsExactly(preferred);
			eject(context, preferred);
			assertThat(chosen(context)).hasSize(1).doesNotContain(preferred);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.cloud.loadbalancer.configurations=health-check",
			"spring.cloud.loadbalancer.clients.music.configurations=health-check" })
	void healthChecksOfSpringCloudKeepTheWholeList(String property) {
		caller(property).run((context) -> assertThat(clientsAtTheBalancer(context)).isEmpty());
	}

	@Test
	void aReactiveClientIsThereOnlyForACallerThatHasOne() {
		caller(BLOCKING).run((context) -> assertThat(clientsAtTheBalancer(context))
			.containsExactly("etcdDiscoveryWithoutEjectedClient"));
		caller(REACTIVE).run((context) -> assertThat(clientsAtTheBalancer(context)).containsExactlyInAnyOrder(
				"etcdDiscoveryWithoutEjectedClient", "etcdDiscoveryWithoutEjectedReactiveClient"));
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnSupplier.class, OwnBalancer.class, OwnTypedSupplier.class })
	void suppliersAndBalancersOfTheUserGetNobodyWhoIsEjected(Class<?> own) {
		caller().withUserConfiguration(own).run((context) -> {
			eject(context, 2);
			assertThat(chosen(context)).containsExactly(1, 3);
		});
	}

	@Test
	void aSupplierCanStillBeAskedForByTheTypeItWasDeclaredBy() {
		caller().withUserConfiguration(OwnTypedSupplier.class)
			.run((context) -> assertThat(
					context.getBean(LoadBalancerClientFactory.class).getInstance("music", Newest.class))
				.isNotNull());
	}

	@ParameterizedTest
	@ValueSource(strings = { "false", "true" })
	void theEjectedAreChosenWhereTheUsersSuppliersWouldBeLeftWithNobody(String cache) {
		for (String branch : List.of(BLOCKING, REACTIVE)) {
			caller(branch, "spring.cloud.loadbalancer.cache.enabled=" + cache).withUserConfiguration(OnlyTheThird.class)
				.run((context) -> {
					assertThat(chosen(context)).containsExactly(3);
					eject(context, 3);
					assertThat(chosen(context)).containsExactly(3);
				});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { BLOCKING, REACTIVE })
	void theEjectedAreChosenWhereOnlyTheyHaveTheVersionThatIsAskedFor(String branch) {
		caller(branch, "spring.cloud.loadbalancer.configurations=api-version",
				"spring.cloud.loadbalancer.api-version.default=2",
				"spring.cloud.loadbalancer.api-version.header=X-Version")
			.run((context) -> {
				assertThat(chosen(context)).containsExactly(2);
				eject(context, 2);
				assertThat(chosen(context)).containsExactly(2);
				eject(context, 1);
				assertThat(chosen(context)).containsExactly(2);
			});
	}

	@Test
	void aCacheOfListsIsEvictedAtAnEjectionAndAtAReturn() {
		caller("spring.cloud.loadbalancer.cache.enabled=true").run((context) -> {
			eject(context, 2);
			await(() -> chosen(context).equals(Set.of(1, 3)));
			context.getBean(Outliers.class).giveBack("10.0.0.1:2");
			await(() -> chosen(context).equals(Set.of(1, 2, 3)));
		});
	}

	@Test
	void theApplicationItselfGoesOnSeeingEverybody() {
		caller().run((context) -> {
			eject(context, 2);
			assertThat(context.getBean(DiscoveryClient.class).getInstances("music")).hasSize(3);
		});
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

	@LoadBalancerClients(defaultConfiguration = OwnSupplierOfEachService.class)
	@Configuration(proxyBeanMethods = false)
	static class OwnSupplier {

	}

	static class OwnSupplierOfEachService {

		@Bean
		ServiceInstanceListSupplier own(ConfigurableApplicationContext context) {
			return ServiceInstanceListSupplier.builder().withBlockingDiscoveryClient().build(context);
		}

	}

	@LoadBalancerClients(defaultConfiguration = OwnBalancerOfEachService.class)
	@Configuration(proxyBeanMethods = false)
	static class OwnBalancer {

	}

	static class OwnBalancerOfEachService {

		@Bean
		ReactorLoadBalancer<ServiceInstance> own(Environment environment, LoadBalancerClientFactory factory) {
			String name = LoadBalancerClientFactory.getName(environment);
			return new RandomLoadBalancer(factory.getLazyProvider(name, ServiceInstanceListSupplier.class), name);
		}

	}

	@LoadBalancerClients(defaultConfiguration = OwnTypedSupplierOfEachService.class)
	@Configuration(proxyBeanMethods = false)
	static class OwnTypedSupplier {

	}

	static class OwnTypedSupplierOfEachService {

		@Bean
		Newest own(DiscoveryClient client, Environment environment) {
			return new Newest(new DiscoveryClientServiceInstanceListSupplier(client, environment), 1, 2, 3);
		}

	}

	@LoadBalancerClients(defaultConfiguration = OnlyTheThirdOfEachService.class)
	@Configuration(proxyBeanMethods = false)
	static class OnlyTheThird {

	}

	static class OnlyTheThirdOfEachService {

		@Bean
		ServiceInstanceListSupplier own(ConfigurableApplicationContext context) {
			return new Newest(
					ServiceInstanceListSupplier.builder().withBlockingDiscoveryClient().withCaching().build(context),
					3);
		}

	}

	/** Picks by metadata, and nobody rather than another one. */
	static final class Newest extends DelegatingServiceInstanceListSupplier {

		private final List<String> versions;

		Newest(ServiceInstanceListSupplier delegate, int... versions) {
			super(delegate);
			this.versions = IntStream.of(versions).mapToObj(Integer::toString).toList();
		}

		@Override
		public Flux<List<ServiceInstance>> get() {
			return getDelegate().get()
				.map((list) -> list.stream()
					.filter((instance) -> this.versions.contains(instance.getMetadata().get("version")))
					.toList());
		}

	}

}
