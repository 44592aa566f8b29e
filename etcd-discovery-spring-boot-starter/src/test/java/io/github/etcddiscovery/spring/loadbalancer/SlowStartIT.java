package io.github.etcddiscovery.spring.loadbalancer;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Who has appeared in a real etcd while the caller was looking gets less at first. */
class SlowStartIT {

	private static final String WINDOW = "etcd.discovery.loadbalancer.slow-start.window=";

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@AfterEach
	void empty() {
		etcd.etcdctl("del", "--prefix", "kitex/");
	}

	@Test
	void anInstanceThatAppearsGetsATenthAtFirstAndNobodyElseIsYoung() {
		put(1);
		put(2);
		try (ConfigurableApplicationContext consumer = consumer(WINDOW + "10m")) {
			assertThat(calls(consumer, 2, 100)).isEqualTo(Map.of(1, 50L, 2, 50L));
			put(3);
			Map<Integer, Long> calls = calls(consumer, 3, 3000);
			assertThat((double) calls.get(3) / calls.get(1)).isCloseTo(0.1, within(0.05));
			// Another weight makes nobody young.
			TestApplication.put(etcd, "echo", 1, 20);
			DiscoveryClient discovery = consumer.getBean(DiscoveryClient.class);
			Awaitility.await()
				.until(() -> discovery.getInstances("echo")
					.stream()
					.anyMatch((instance) -> instance.getMetadata().get("weight").equals("20")));
			calls = calls(consumer, 3, 3000);
			assertThat((double) calls.get(2) / calls.get(1)).isCloseTo(0.5, within(0.1));
		}
	}

	@Test
	void whereItIsOffAllTakeTurnsAtOnce() {
		put(1);
		put(2);
		try (ConfigurableApplicationContext consumer = consumer(WINDOW + "0")) {
			calls(consumer, 2, 2);
			put(3);
			assertThat(calls(consumer, 3, 30)).isEqualTo(Map.of(1, 10L, 2, 10L, 3, 10L));
		}
	}

	private static void put(int port) {
		TestApplication.put(etcd, "echo", port, 10);
	}

	private static ConfigurableApplicationContext consumer(String property) {
		return TestApplication.with(etcd).clientOnly().set(property).run();
	}

	private static Map<Integer, Long> calls(ConfigurableApplicationContext consumer, int instances, int calls) {
		DiscoveryClient discovery = consumer.getBean(DiscoveryClient.class);
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> discovery.getInstances("echo").size() == instances);
		LoadBalancerClient balancer = consumer.getBean(LoadBalancerClient.class);
		return IntStream.range(0, calls)
			.mapToObj((call) -> balancer.choose("echo").getPort())
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
	}

}
