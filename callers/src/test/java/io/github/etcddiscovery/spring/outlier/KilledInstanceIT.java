package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What 200 calls a second cost when processes are killed or frozen that stay in the
 * registry, as they do until their lease ends.
 */
class KilledInstanceIT {

	/** Long enough for a machine that is busy with other tests. */
	private static final Duration READ = Duration.ofSeconds(1);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final List<InstanceProcess> instances = new ArrayList<>();

	private ConfigurableApplicationContext caller;

	@AfterEach
	void stop() throws InterruptedException {
		this.caller.close();
		for (InstanceProcess instance : this.instances) {
			instance.close();
		}
		etcd.etcdctl("del", "--prefix", "kitex/");
	}

	@ParameterizedTest
	@CsvSource({ "1, 3, 3, 1s", "2, 3, 6, 2s" })
	void aKilledInstanceCostsThreeCallsAtMost(int killed, int all, int failed, String noneAfter) throws Exception {
		kill(killed, all, failed, Duration.parse("PT" + noneAfter), "JDK", HttpMethod.GET);
	}

	static Stream<Arguments> clients() {
		return Stream.of("Apache", "Feign", "JDK", "Jetty", "Reactor", "Simple", "WebClient")
			.flatMap((client) -> Stream.of(HttpMethod.GET, HttpMethod.POST)
				.map((method) -> Arguments.of(client, method)));
	}

	@Tag("long")
	@ParameterizedTest
	@MethodSource("clients")
	void whateverTheClientIs(String client, HttpMethod method) throws Exception {
		kill(1, 3, 3, Duration.ofSeconds(1), client, method);
	}

	@Tag("long")
	@ParameterizedTest
	@MethodSource("clients")
	void twoOfThreeAndThreeOfFourCostSix(String client, HttpMethod method) throws Exception {
		kill(2, 3, 6, Duration.ofSeconds(2), client, method);
		stop();
		this.instances.clear();
		kill(3, 4, 6, Duration.ofSeconds(2), client, method);
	}

	@Test
	void withOneRetryAKilledInstanceCostsNoCall() throws Exception {
		Load.Call call = begin(3, "JDK", HttpMethod.GET, "spring.cloud.loadbalancer.retry.enabled=true");
		try (Load load = Load.begin(call)) {
			load.mark();
			this.instances.get(0).kill();
			load.await(400);
			assertThat(load.failed()).isEmpty();
		}
	}

	@Test
	void aFrozenInstanceCostsEachCallerTwoTimeOutsAtMost() throws Exception {
		try (Load load = Load.begin(begin(3, "JDK", HttpMethod.GET))) {
			load.mark();
			this.instances.get(0).freeze();
			load.await(1000);
			assertThat(load.failed().stream().collect(Collectors.groupingBy(Load.Failed::caller)))
				.allSatisfy((caller, failed) -> assertThat(failed).hasSizeLessThanOrEqualTo(2));
			assertThat(load.failed()).isNotEmpty();
			assertThat(load.failedAfter(Duration.ofSeconds(3))).isEmpty();
		}
	}

	private void kill(int killed, int all, int failed, Duration noneAfter, String client, HttpMethod method)
			throws Exception {
		try (Load load = Load.begin(begin(all, client, method))) {
			load.mark();
			this.instances.subList(0, killed).forEach(InstanceProcess::kill);
			load.await(200 * ((int) noneAfter.toSeconds() + 1));
			assertThat(load.failed()).hasSizeLessThanOrEqualTo(failed);
			assertThat(load.failedAfter(noneAfter)).isEmpty();
		}
	}

	/** Starts the instances and an application that knows them all. */
	private Load.Call begin(int count, String client, HttpMethod method, String... properties) throws Exception {
		List<Process> launched = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			launched.add(InstanceProcess.launch());
		}
		this.caller = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.application.name=caller",
					"spring.cloud.loadbalancer.retry.enabled=false",
					"spring.cloud.gateway.server.webflux.enabled=false", "etcd.discovery.endpoints=" + etcd.endpoint(),
					"etcd.discovery.registration.enabled=false")
			.properties(properties)
			.run();
		for (Process process : launched) {
			this.instances.add(InstanceProcess.listening(process));
		}
		for (InstanceProcess instance : this.instances) {
			String address = "127.0.0.1:" + instance.port();
			etcd.put("kitex/registry-etcd/echo/" + address,
					"{\"network\":\"tcp\",\"address\":\"" + address + "\",\"weight\":10,\"tags\":null}");
		}
		awaitAll();
		Clients.Call call = new Clients(this.caller, 50, READ).get(client);
		return () -> call.to(method, "echo");
	}

	private void awaitAll() {
		LoadBalancerClient balancer = this.caller.getBean(LoadBalancerClient.class);
		Set<Integer> all = this.instances.stream().map(InstanceProcess::port).collect(Collectors.toSet());
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> IntStream.range(0, 20)
				.mapToObj((i) -> balancer.choose("echo"))
				.filter((instance) -> instance != null)
				.map((instance) -> instance.getPort())
				.collect(Collectors.toSet())
				.equals(all));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
