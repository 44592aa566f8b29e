package io.github.etcddiscovery.spring.loadbalancer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.BalancedRestClient;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.spring.TestApplication.HelloController;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClients;
import org.springframework.cloud.loadbalancer.core.RandomLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ReactorLoadBalancer;
import org.springframework.cloud.loadbalancer.core.RoundRobinLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class LoadBalancerIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final List<ConfigurableApplicationContext> running = new ArrayList<>();

	@AfterEach
	void stop() {
		Collections.reverse(this.running);
		this.running.forEach(ConfigurableApplicationContext::close);
		etcd.etcdctl("del", "--prefix", "kitex/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "RestTemplate", "RestClient", "WebClient" })
	void everyClientOfSpringFindsServicesByName(String kind) {
		provider("a");
		provider("b");
		ConfigurableApplicationContext consumer = consumer();
		Supplier<String> call = call(consumer, kind);
		awaitInstances(consumer, 2);
		assertThat(IntStream.range(0, 10).mapToObj((i) -> call.get()).collect(Collectors.toSet())).containsOnly("a",
				"b");
	}

	@Test
	void oneToThreeIsHonoured() {
		ConfigurableApplicationContext light = provider("light", "etcd.discovery.registration.weight=10");
		ConfigurableApplicationContext heavy = provider("heavy", "etcd.discovery.registration.weight=30");
		ConfigurableApplicationContext consumer = consumer();
		awaitInstances(consumer, 2);
		Supplier<String> call = call(consumer, "RestClient");
		assertThat(IntStream.range(0, 2000).mapToObj((i) -> call.get())).containsOnly("light", "heavy");
		double ratio = (double) heavy.getBean(HelloController.class).calls.get()
				/ light.getBean(HelloController.class).calls.get();
		assertThat(ratio).isCloseTo(3.0, within(0.6));
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd.discovery.loadbalancer.weighted=false",
			"spring.cloud.loadbalancer.configurations=weighted",
			"spring.cloud.loadbalancer.clients.echo.configurations=weighted" })
	void theBalancerOfSpringCloudIsUsedWhereOursIsNotWanted(String property) {
		assertThat(balancer(consumer(property))).isInstanceOf(RoundRobinLoadBalancer.class);
	}

	@Test
	void ourBalancerIsTheDefault() {
		assertThat(balancer(consumer())).isInstanceOf(WeightedLoadBalancer.class);
	}

	@Test
	void aBalancerOfTheUserWins() {
		this.running.add(TestApplication.with(etcd).clientOnly().and(Clients.class, Own.class).run());
		assertThat(balancer(this.running.get(0))).isInstanceOf(RandomLoadBalancer.class);
	}

	@Test
	void withTheCacheOffEveryCallSeesWhatIsThereNow() {
		ConfigurableApplicationContext consumer = consumer();
		assertThat(consumer.getEnvironment().getProperty("spring.cloud.loadbalancer.cache.enabled")).isEqualTo("false");
		LoadBalancerClient balancer = consumer.getBean(LoadBalancerClient.class);
		TestApplication.put(etcd, "echo", 1, 10);
		awaitInstances(consumer, 1);
		assertThat(balancer.choose("echo").getPort()).isEqualTo(1);
		etcd.delete(TestApplication.key("echo", 1));
		TestApplication.put(etcd, "echo", 2, 10);
		Awaitility.await()
			.atMost(Duration.ofSeconds(2))
			.pollInterval(Duration.ofMillis(5))
			.until(() -> chosenPort(balancer) == 2);
	}

	@Test
	void whereTheCacheIsOnAChangeEvictsIt() {
		ConfigurableApplicationContext consumer = consumer("spring.cloud.loadbalancer.cache.enabled=true");
		LoadBalancerClient balancer = consumer.getBean(LoadBalancerClient.class);
		TestApplication.put(etcd, "echo", 1, 10);
		awaitInstances(consumer, 1);
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> chosenPort(balancer) == 1);
		etcd.delete(TestApplication.key("echo", 1));
		TestApplication.put(etcd, "echo", 2, 10);
		// Spring Cloud's own cache holds for 35 s.
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> chosenPort(balancer) == 2);
		assertThat(IntStream.range(0, 10).map((i) -> chosenPort(balancer))).containsOnly(2);
	}

	@Test
	void stoppingAProviderUnderLoadLosesNoRequest() throws Exception {
		provider("stays");
		ConfigurableApplicationContext leaves = provider("leaves", "etcd.discovery.registration.drain-delay=3s");
		ConfigurableApplicationContext consumer = consumer();
		awaitInstances(consumer, 2);
		AtomicBoolean done = new AtomicBoolean();
		Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
		AtomicInteger served = new AtomicInteger();
		Supplier<String> call = call(consumer, "RestClient");
		Runnable load = () -> {
			while (!done.get()) {
				try {
					assertThat(call.get()).isIn("stays", "leaves");
					served.incrementAndGet();
				}
				catch (RuntimeException ex) {
					failures.add(new IllegalStateException(whatIsKnown(consumer), ex));
				}
			}
		};
		CompletableFuture<?> callers = CompletableFuture.allOf(CompletableFuture.runAsync(load, OWN_THREADS),
				CompletableFuture.runAsync(load, OWN_THREADS));
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> served.get() > 200);
		leaves.close();
		int before = served.get();
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> served.get() > before + 200);
		done.set(true);
		callers.get(10, java.util.concurrent.TimeUnit.SECONDS);
		assertThat(leaves.isActive()).isFalse();
		assertThat(failures).isEmpty();
	}

	private ConfigurableApplicationContext provider(String greeting, String... properties) {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("greeting=" + greeting)
			.set(properties)
			.run();
		this.running.add(context);
		TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		return context;
	}

	private ConfigurableApplicationContext consumer(String... properties) {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.clientOnly()
			.and(Clients.class)
			.set(properties)
			.run();
		this.running.add(context);
		return context;
	}

	private static void awaitInstances(ConfigurableApplicationContext consumer, int count) {
		org.springframework.cloud.client.discovery.DiscoveryClient client = consumer
			.getBean(org.springframework.cloud.client.discovery.DiscoveryClient.class);
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> client.getInstances("echo").size() == count);
	}

	/** For the case that a call fails: what it was chosen from. */
	private static String whatIsKnown(ConfigurableApplicationContext consumer) {
		EtcdResolver resolver = consumer.getBean(EtcdResolver.class);
		return "known: " + resolver.snapshot("echo") + ", not confirmed for " + resolver.staleFor() + ", in etcd: "
				+ etcd.etcdctl("get", "--prefix", "kitex/registry-etcd/echo/");
	}

	private static int chosenPort(LoadBalancerClient balancer) {
		ServiceInstance chosen = balancer.choose("echo");
		return (chosen != null) ? chosen.getPort() : 0;
	}

	private static Object balancer(ConfigurableApplicationContext context) {
		return context.getBean(LoadBalancerClientFactory.class).getInstance("echo");
	}

	private static Supplier<String> call(ConfigurableApplicationContext consumer, String kind) {
		Map<String, Supplier<String>> calls = Map.of("RestTemplate",
				() -> consumer.getBean(RestTemplate.class).getForObject("http://echo/hello", String.class),
				"RestClient",
				() -> consumer.getBean(RestClient.class).get().uri("http://echo/hello").retrieve().body(String.class),
				"WebClient",
				() -> consumer.getBean(WebClient.class)
					.get()
					.uri("http://echo/hello")
					.retrieve()
					.bodyToMono(String.class)
					.block(Duration.ofSeconds(5)));
		return calls.get(kind);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(BalancedRestClient.class)
	static class Clients {

		@Bean
		@LoadBalanced
		RestTemplate restTemplate() {
			return new RestTemplate();
		}

		@Bean
		@LoadBalanced
		WebClient.Builder balancedWebClientBuilder() {
			return WebClient.builder();
		}

		@Bean
		WebClient webClient(@LoadBalanced WebClient.Builder builder) {
			return builder.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@LoadBalancerClients(defaultConfiguration = OwnBalancer.class)
	static class Own {

	}

	static class OwnBalancer {

		@Bean
		ReactorLoadBalancer<ServiceInstance> ownBalancer(Environment environment, LoadBalancerClientFactory factory) {
			String name = environment.getProperty(LoadBalancerClientFactory.PROPERTY_NAME);
			ObjectProvider<ServiceInstanceListSupplier> supplier = factory.getLazyProvider(name,
					ServiceInstanceListSupplier.class);
			return new RandomLoadBalancer(supplier, name);
		}

	}

}
