package io.github.etcddiscovery.samples.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The samples as a user runs them: from their jars, as processes, with a real etcd.
 */
class SamplesIT {

	private static final String PREFIX = "kitex/registry-etcd/service.music.user/";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@RegisterExtension
	private static final EtcdExtension etcd = EtcdExtension.single();

	@TempDir
	private static Path folder;

	private static Playground samples;

	private static List<WebApp> instances;

	private static WebApp gatewayWithoutRetry;

	@BeforeAll
	static void start() {
		samples = new Playground(Path.of(System.getProperty("samples.folder", "..")), folder, etcd.endpoint(),
				Map.of());
		List<Program> launched = Stream.generate(() -> launchInstance(port())).limit(2).toList();
		Program gateway = samples.launchGateway(0, "--spring.cloud.loadbalancer.retry.enabled=false",
				"--etcd.discovery.layouts[0].format=kitex", "--etcd.discovery.layouts[1].format=grpc",
				"--gateway.greeter-service=" + Greeter.SERVICE);
		instances = launched.stream().map(SamplesIT::registered).toList();
		gatewayWithoutRetry = WebApp.listening(gateway);
	}

	@AfterAll
	static void end() {
		samples.close();
	}

	@Test
	void eachInstanceTakesPartAndStandsInEtcdAsKitexWritesIt() {
		try (Traffic traffic = Traffic.start(Playground.uri(gatewayWithoutRetry), 4, Duration.ofMillis(50))) {
			await().atMost(PATIENCE).until(() -> instances.stream().allMatch((instance) -> instance.calls() >= 10));
			assertThat(traffic.end()).isEmpty();
		}
		for (WebApp instance : instances) {
			assertThat(etcd.get(PREFIX + instance.address())).hasValue(
					"{\"network\":\"tcp\",\"address\":\"" + instance.address() + "\",\"weight\":10,\"tags\":null}");
		}
	}

	@Test
	void rollingRestartUnderLoadLosesNoRequestWithoutAnyRetry() {
		try (Traffic traffic = Traffic.start(Playground.uri(gatewayWithoutRetry), 4, Duration.ofMillis(50))) {
			instances = instances.stream().map((instance) -> restart(instance, traffic)).toList();
			awaitMore(traffic, 100);
			assertThat(traffic.end()).isEmpty();
		}
	}

	private static WebApp restart(WebApp instance, Traffic traffic) {
		awaitMore(traffic, 100);
		instance.program().stop();
		assertThat(etcd.get(PREFIX + instance.address())).isEmpty();
		WebApp successor = registered(launchInstance(instance.port()));
		await().atMost(PATIENCE).until(() -> successor.calls() > 0);
		return successor;
	}

	@Test
	void killedInstanceCostsNoRequestBecauseTheGatewayTriesAnother() {
		WebApp gateway = WebApp.listening(samples.launchGateway(0));
		WebApp victim = registered(launchInstance(port()));
		String key = PREFIX + victim.address();
		try (Traffic traffic = Traffic.start(Playground.uri(gateway), 4, Duration.ofMillis(50))) {
			await().atMost(PATIENCE).until(() -> victim.calls() > 0);
			victim.program().kill();
			assertThat(etcd.get(key)).isPresent();
			awaitMore(traffic, 100);
			await().atMost(PATIENCE).until(() -> etcd.get(key).isEmpty());
			awaitMore(traffic, 100);
			assertThat(traffic.end()).isEmpty();
		}
	}

	@Test
	void gatewayCallsAGrpcServiceThatComesAndGoes() {
		Gateway gateway = new Gateway(Playground.uri(gatewayWithoutRetry));
		String path = "/api/greet?name=alice";
		String unavailable = "{\"code\":10001,\"message\":\"greeter is not available\",\"data\":null}";
		assertThat(gateway.get(path)).isEqualTo(unavailable);
		try (Greeter greeter = new Greeter(etcd.endpoint())) {
			String answer = "{\"code\":0,\"message\":\"success\",\"data\":\"java: hello alice\"}";
			await().atMost(PATIENCE).until(() -> gateway.get(path).equals(answer));
		}
		assertThat(gateway.get(path)).isEqualTo(unavailable);
	}

	private static Program launchInstance(int port) {
		return samples.launchUserService(port, "--etcd.discovery.registration.ttl=5s");
	}

	private static WebApp registered(Program program) {
		WebApp instance = WebApp.listening(program);
		await().atMost(PATIENCE).until(() -> etcd.get(PREFIX + instance.address()).isPresent());
		return instance;
	}

	private static void awaitMore(Traffic traffic, int requests) {
		long enough = traffic.requests() + requests;
		await().atMost(PATIENCE).until(() -> traffic.requests() >= enough);
	}

	/**
	 * Not one of those that the kernel gives to outgoing connections: the instance leaves
	 * it and comes back to it.
	 */
	private static int port() {
		return Stream.generate(() -> ThreadLocalRandom.current().nextInt(10_000, 20_000))
			.filter(LocalEtcd::isFree)
			.findFirst()
			.orElseThrow();
	}

}
