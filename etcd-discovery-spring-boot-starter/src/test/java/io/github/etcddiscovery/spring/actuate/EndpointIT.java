package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The endpoints etcddiscovery and serviceregistry, and what none of them may show. */
class EndpointIT {

	private static final String SECRET = "s3cret-canary";

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	@SuppressWarnings("unchecked")
	void theEndpointShowsRegistrationsAndServices() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.until(() -> actuator.get("/actuator/etcddiscovery").contains("REGISTERED"));
			Map<String, Object> report = actuator.json("/actuator/etcddiscovery");
			assertThat(report).containsEntry("endpoints", List.of(etcd.endpoint()));
			assertThat((Map<String, Object>) report.get("lease")).containsEntry("ttl", "PT15S")
				.containsKeys("id", "lastRenewal", "remaining");
			assertThat((List<Map<String, Object>>) report.get("registrations")).singleElement()
				.satisfies((registration) -> assertThat(registration).containsEntry("service", "echo")
					.containsEntry("state", "REGISTERED"))
				.satisfies((registration) -> assertThat(registration.get("keys")).asString()
					.contains(TestApplication.key(context), "attempts=0"));
			assertThat((List<Map<String, Object>>) report.get("layouts")).singleElement()
				.satisfies((layout) -> assertThat(layout).containsEntry("format", "kitex")
					.containsEntry("state", "FOLLOWED")
					.containsEntry("problem", null));
			assertThat((List<Map<String, Object>>) report.get("services")).singleElement()
				.satisfies((service) -> assertThat(service).containsEntry("service", "echo")
					.containsEntry("state", "READ")
					.containsKeys("revision", "age", "instances"));
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "etcddiscovery", "configprops", "env", "health", "beans", "conditions", "serviceregistry" })
	void noSecretIsInAnyAnswer(String endpoint) {
		try (ConfigurableApplicationContext context = withSecrets().run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			assertThat(actuator.get("/actuator/" + endpoint)).isNotEmpty().doesNotContain(SECRET);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "configprops", "env" })
	void thePasswordIsHiddenEvenWhereValuesAreShown(String endpoint) {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.username=alice", "etcd.discovery.password=" + SECRET,
					"management.endpoint." + endpoint + ".show-values=always")
			.run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			assertThat(actuator.get("/actuator/" + endpoint)).contains("alice").doesNotContain(SECRET);
		}
	}

	@Test
	void valuesOfMetadataAreShownWhereThatIsAllowed() {
		try (ConfigurableApplicationContext context = withSecrets()
			.set("management.endpoint.etcddiscovery.show-values=always")
			.run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			assertThat(actuator.get("/actuator/etcddiscovery")).contains("\"token\":\"" + SECRET);
		}
	}

	@Test
	void theEndpointOfSpringCloudSetsTheStatus() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			assertThat(actuator.json("/actuator/serviceregistry")).containsEntry("status", "UP");
			actuator.post("/actuator/serviceregistry", "{\"status\":\"OUT_OF_SERVICE\"}");
			TestApplication.awaitGone(etcd, key);
			assertThat(actuator.json("/actuator/serviceregistry")).containsEntry("status", "OUT_OF_SERVICE");
			actuator.post("/actuator/serviceregistry", "{\"status\":\"UP\"}");
			TestApplication.awaitRegistered(etcd, key);
		}
	}

	@Test
	void aStatusThatDoesNotExistIsTheFaultOfWhoAsksForIt() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			assertThat(actuator.statusOfPost("/actuator/serviceregistry", "{\"status\":\"FOO\"}")).isEqualTo(400);
			assertThat(actuator.json("/actuator/serviceregistry")).containsEntry("status", "UP");
		}
	}

	@Test
	void theHealthOfSpringCloudsDiscoveryIsUpToo() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("spring.cloud.discovery.client.health-indicator.enabled=true")
			.run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			assertThat(actuator.get("/actuator/health")).contains("discoveryClient", "etcd reactive discovery client")
				.doesNotContain("UNKNOWN")
				.doesNotContain("DOWN");
		}
	}

	private static TestApplication withSecrets() {
		return TestApplication.with(etcd)
			.set("etcd.discovery.username=alice", "etcd.discovery.password=" + SECRET,
					"etcd.discovery.registration.metadata.token=" + SECRET);
	}

}
