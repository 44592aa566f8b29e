package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An etcd that is down when the application starts delays nothing, and is found later.
 */
class StartWithoutEtcdIT {

	/** Any wait for etcd would be longer: 2 s to connect, 3 s for an answer. */
	private static final Duration NO_WAIT = Duration.ofSeconds(1);

	private static final int STARTS = 5;

	/** 6 s are promised; the rest is for a machine that has other work. */
	private static final Duration FOUND_AGAIN = Duration.ofSeconds(10);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@BeforeEach
	void running() {
		etcd.cluster().start();
	}

	@AfterEach
	void awake() {
		if (etcd.cluster().isRunning(0)) {
			etcd.cluster().unfreeze();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "dead", "silent" })
	void theContextIsReadyAsFastAsWithEtcdUp(String etcdIs) {
		readyAfter();
		// Whatever else the machine does: a start that waited for etcd would always be
		// later than the one right after it.
		List<Duration> longer = new ArrayList<>();
		do {
			longer.add(readyAfterWith(etcdIs).minus(readyAfter()));
		}
		while (longer.get(longer.size() - 1).compareTo(NO_WAIT) >= 0 && longer.size() < STARTS);
		assertThat(longer).as("how much longer starts took with a %s etcd", etcdIs)
			.anyMatch((extra) -> extra.compareTo(NO_WAIT) < 0);
	}

	private Duration readyAfterWith(String etcdIs) {
		if (etcdIs.equals("dead")) {
			etcd.cluster().kill();
		}
		else {
			etcd.cluster().freeze();
		}
		Duration took = readyAfter();
		awake();
		running();
		return took;
	}

	@Test
	void itIsRegisteredSoonAfterEtcdHasComeUp() {
		etcd.cluster().kill();
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.retry.max-attempt-times=2", "etcd.discovery.registration.ttl=2s")
			.run()) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> context.getBean(EtcdServiceRegistry.class)
					.getStatus(context.getBean(EtcdRegistration.class))
					.toString()
					.contains("FAILED"));
			etcd.cluster().start();
			Awaitility.await()
				.atMost(FOUND_AGAIN)
				.pollInterval(Duration.ofMillis(100))
				.until(() -> etcd.get(TestApplication.key(context)).isPresent());
		}
	}

	@Test
	void whatOthersHaveRegisteredIsKnownSoonAfterEtcdHasComeUp() {
		TestApplication.put(etcd, "other", 1, 10);
		etcd.cluster().kill();
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			DiscoveryClient client = context.getBean(DiscoveryClient.class);
			assertThat(client.getInstances("other")).isEmpty();
			etcd.cluster().start();
			Awaitility.await().atMost(FOUND_AGAIN).until(() -> client.getInstances("other").size() == 1);
			etcd.cluster().kill();
			assertThat(client.getInstances("other")).hasSize(1);
		}
	}

	private Duration readyAfter() {
		long begun = System.nanoTime();
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			Duration took = Duration.ofNanos(System.nanoTime() - begun);
			assertThat(context.getBean(ApplicationAvailability.class).getReadinessState())
				.isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			return took;
		}
	}

}
