package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** What is said of an application at /actuator/health while etcd is away or hangs. */
class HealthWithoutEtcdIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@BeforeEach
	void running() {
		etcd.cluster().start();
	}

	@Test
	void anEtcdThatIsAwayIsUpAndSaidToBeUnreachable() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			etcd.cluster().kill();
			Awaitility.await()
				.atMost(Duration.ofSeconds(15))
				.untilAsserted(() -> assertThat(actuator.healthDetails()).containsEntry("reachable", false)
					.containsEntry("stale", true));
			assertThat(actuator.health()).containsEntry("status", "UP");
			assertThat(actuator.get("/actuator/health")).contains("\"status\":\"UP\"");
			assertThat(actuator.probes()).containsOnly("UP");
		}
	}

	/** Nobody asks for health meanwhile; the attempts to register alone tell. */
	@Test
	void timeWithoutEtcdFromTheStartOnDoesNotCount() {
		etcd.cluster().kill();
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.ttl=2s")
			.run()) {
			OutOfRegistry out = context.getBean(OutOfRegistry.class);
			Awaitility.await()
				.during(Duration.ofSeconds(5))
				.atMost(Duration.ofSeconds(12))
				.until(() -> out.longest().compareTo(Duration.ofSeconds(4)) < 0);
		}
	}

	@Test
	void anEtcdThatHangsDoesNotMakeHealthHang() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.request-timeout=40s")
			.run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			etcd.cluster().freeze();
			try {
				// Whoever waited for etcd would wait 40 s; this test's client fails after
				// 10.
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> assertThat(actuator.healthDetails()).containsEntry("reachable", false));
			}
			finally {
				etcd.cluster().unfreeze();
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "stop, DOWN", "continue, UP" })
	void failedIsDownOnlyWhereItIsGivenUp(String onExhausted, String status) {
		etcd.cluster().kill();
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.ttl=2s", "etcd.discovery.retry.max-attempt-times=1",
					"etcd.discovery.retry.on-exhausted=" + onExhausted)
			.run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			Awaitility.await()
				.atMost(Duration.ofSeconds(15))
				.untilAsserted(() -> assertThat(actuator.healthDetails()).containsEntry("registration", "FAILED"));
			assertThat(actuator.health()).containsEntry("status", status);
			assertThat(actuator.healthDetails()).containsEntry("reachable", false);
		}
	}

}
