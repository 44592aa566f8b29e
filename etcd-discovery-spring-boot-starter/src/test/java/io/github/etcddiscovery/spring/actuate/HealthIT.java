package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole application: what is said of it at /actuator/health. */
class HealthIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void healthTellsRegistrationLeaseServicesAndReachability() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(actuator.health()).containsEntry("status", "UP"));
			Map<String, Object> details = actuator.healthDetails();
			assertThat(details).containsEntry("registration", "REGISTERED")
				.containsEntry("services", 1)
				.containsEntry("reachable", true)
				.containsEntry("stale", false)
				.containsEntry("staleFor", "PT0S")
				.doesNotContainKey("problems")
				.containsKey("lease");
			assertThat(etcd.etcdctl("lease", "list")).contains(String.valueOf(details.get("lease")));
		}
	}

	@Test
	void healthOfAClientHasNoRegistration() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.enabled=false")
			.run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			assertThat(actuator.healthDetails()).containsEntry("registration", "none").containsEntry("lease", "none");
		}
	}

	@Test
	void outOfServiceIsNoFault() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.ttl=2s")
			.run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			actuator.post("/actuator/serviceregistry", "{\"status\":\"OUT_OF_SERVICE\"}");
			TestApplication.awaitGone(etcd, TestApplication.key(context));
			Awaitility.await()
				.during(Duration.ofSeconds(5))
				.atMost(Duration.ofSeconds(10))
				.until(() -> "UP".equals(actuator.health().get("status")));
			assertThat(actuator.healthDetails()).containsEntry("registration", "OUT");
		}
	}

	@Test
	void aMissingRightIsDownAtOnce() {
		try (EtcdCluster secured = EtcdCluster.create(EtcdSettings.defaults().withRootPassword("root")).start()) {
			secured.auth().addRole("reader");
			secured.auth().grantPrefix("reader", EtcdAuth.Access.READ, "kitex/registry-etcd/");
			secured.auth().addUser("alice", "right", "reader");
			try (ConfigurableApplicationContext context = TestApplication.with(secured)
				.set("etcd.discovery.username=alice", "etcd.discovery.password=right")
				.run()) {
				ActuatorClient actuator = new ActuatorClient(context);
				Awaitility.await()
					.atMost(Duration.ofSeconds(10))
					.untilAsserted(() -> assertThat(actuator.health()).containsEntry("status", "DOWN"));
				assertThat(actuator.healthDetails()).containsEntry("registration", "DENIED")
					.containsEntry("reachable", true)
					.containsEntry("stale", false);
				// A probe that is DOWN would have the platform restart the whole fleet.
				assertThat(actuator.probes()).containsOnly("UP");
			}
		}
	}

	@Test
	@SuppressWarnings("unchecked")
	void aLayoutThatMayNotBeReadIsUpAndSaidWithItsReasonHereAndAtTheEndpoint() {
		try (EtcdCluster secured = EtcdCluster.create(EtcdSettings.defaults().withRootPassword("root")).start()) {
			secured.auth().addRole("nothing");
			secured.auth().addUser("alice", "right", "nothing");
			try (ConfigurableApplicationContext context = TestApplication.with(secured)
				.set("etcd.discovery.username=alice", "etcd.discovery.password=right",
						"etcd.discovery.registration.enabled=false")
				.run()) {
				ActuatorClient actuator = new ActuatorClient(context);
				Awaitility.await()
					.atMost(Duration.ofSeconds(10))
					.untilAsserted(() -> assertThat(actuator.healthDetails().get("problems")).asString()
						.contains("kitex under 'kitex/registry-etcd'", "permission denied"));
				assertThat(actuator.health()).containsEntry("status", "UP");
				Map<String, Object> report = actuator.json("/actuator/etcddiscovery");
				assertThat((List<Map<String, Object>>) report.get("layouts")).singleElement()
					.satisfies((layout) -> assertThat(layout).containsEntry("format", "kitex")
						.containsEntry("prefix", "kitex/registry-etcd")
						.containsEntry("state", "REFUSED")
						.containsKey("since"))
					.satisfies((layout) -> assertThat(layout.get("problem")).asString().contains("permission denied"));
			}
		}
	}

	@Test
	void healthIsDownWhenAnotherProcessHasTakenOurKey() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			long lease = etcd.grant(Duration.ofSeconds(60));
			etcd.put(key, etcd.get(key).orElseThrow(), lease);
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(actuator.health()).containsEntry("status", "DOWN"));
			assertThat(actuator.healthDetails()).containsEntry("registration", "CONFLICT");
		}
	}

}
