package io.github.etcddiscovery.samples.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
	private final EtcdExtension etcd = EtcdExtension.single();

	@TempDir
	private Path folder;

	private Playground samples;

	@BeforeEach
	void prepare() {
		this.samples = new Playground(Path.of(System.getProperty("samples.folder", "..")), this.folder,
				this.etcd.endpoint());
	}

	@AfterEach
	void end() {
		this.samples.close();
	}

	@Test
	void eachInstanceTakesPartAndStandsInEtcdAsKitexWritesIt() {
		List<WebApp> instances = startInstances();
		try (Traffic traffic = Traffic.start(Playground.uri(startGateway()), 4, Duration.ofMillis(20))) {
			await().atMost(PATIENCE).until(() -> instances.stream().allMatch((instance) -> instance.calls() >= 10));
			assertThat(traffic.end()).isEmpty();
		}
		for (WebApp instance : instances) {
			assertThat(this.etcd.get(PREFIX + instance.address()).orElseThrow())
				.startsWith("{\"network\":\"tcp\",\"address\":\"" + instance.address() + "\",\"weight\":10,\"tags\":");
		}
	}

	@Test
	void rollingRestartUnderLoadLosesNoRequestWithoutAnyRetry() {
		List<WebApp> instances = startInstances();
		WebApp gateway = startGateway("--spring.cloud.loadbalancer.retry.enabled=false");
		try (Traffic traffic = Traffic.start(Playground.uri(gateway), 8, Duration.ofMillis(10))) {
			for (WebApp instance : instances) {
				awaitMore(traffic, 100);
				instance.program().stop();
				assertThat(this.etcd.get(PREFIX + instance.address())).isEmpty();
				WebApp successor = started(this.samples.launchUserService(instance.port()));
				await().atMost(PATIENCE).until(() -> successor.calls() > 0);
			}
			awaitMore(traffic, 100);
			assertThat(traffic.end()).isEmpty();
		}
	}

	@Test
	void killedInstanceCostsNoRequestBecauseTheGatewayTriesAnother() {
		List<WebApp> instances = startInstances("--etcd.discovery.registration.ttl=5s");
		WebApp killed = instances.get(0);
		try (Traffic traffic = Traffic.start(Playground.uri(startGateway()), 8, Duration.ofMillis(10))) {
			awaitMore(traffic, 100);
			killed.program().kill();
			assertThat(this.etcd.get(PREFIX + killed.address())).isPresent();
			awaitMore(traffic, 100);
			await().atMost(PATIENCE).until(() -> this.etcd.get(PREFIX + killed.address()).isEmpty());
			awaitMore(traffic, 100);
			assertThat(traffic.end()).isEmpty();
		}
	}

	private List<WebApp> startInstances(String... arguments) {
		List<Program> launched = Stream.generate(() -> this.samples.launchUserService(port(), arguments))
			.limit(3)
			.toList();
		return launched.stream().map(this::started).toList();
	}

	private WebApp started(Program program) {
		WebApp instance = WebApp.listening(program);
		await().atMost(PATIENCE).until(() -> this.etcd.get(PREFIX + instance.address()).isPresent());
		return instance;
	}

	private WebApp startGateway(String... arguments) {
		return WebApp.listening(this.samples.launchGateway(0, arguments));
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
