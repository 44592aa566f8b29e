package io.github.etcddiscovery.spring.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class ActuatorIT {

	private static final String SECRET = "s3cret-canary";

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final HttpClient http = HttpClient.newHttpClient();

	@BeforeEach
	void running() {
		etcd.cluster().start();
	}

	@Test
	void healthTellsRegistrationLeaseServicesAndReachability() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(health(context)).containsEntry("status", "UP"));
			Map<String, Object> details = details(context);
			assertThat(details).containsEntry("registration", "REGISTERED")
				.containsEntry("services", 1)
				.containsEntry("reachable", true)
				.containsEntry("stale", false)
				.containsEntry("staleFor", "PT0S")
				.containsKey("lease");
			assertThat(etcd.etcdctl("lease", "list")).contains(String.valueOf(details.get("lease")));
		}
	}

	@Test
	void healthOfAClientHasNoRegistration() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.enabled=false")
			.run()) {
			assertThat(details(context)).containsEntry("registration", "none").containsEntry("lease", "none");
		}
	}

	@Test
	void anEtcdThatIsAwayIsUpAndSaidToBeUnreachable() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			etcd.cluster().kill();
			Awaitility.await()
				.atMost(Duration.ofSeconds(15))
				.untilAsserted(() -> assertThat(details(context)).containsEntry("reachable", false)
					.containsEntry("stale", true));
			assertThat(health(context)).containsEntry("status", "UP");
			assertThat(get(context, "/actuator/health")).contains("\"status\":\"UP\"");
			assertThat(get(context, "/actuator/health/readiness")).doesNotContain("etcd");
			assertThat(get(context, "/actuator/health/liveness")).doesNotContain("etcd");
		}
	}

	@Test
	void anEtcdThatHangsDelaysHealthByASecondAtMost() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			etcd.cluster().freeze();
			try {
				Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
				long begun = System.nanoTime();
				assertThat(details(context)).containsEntry("reachable", false);
				assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(1900));
			}
			finally {
				etcd.cluster().unfreeze();
			}
		}
	}

	@Test
	void healthIsDownWhenAnotherProcessHasTakenOurKey() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			long lease = etcd.grant(Duration.ofSeconds(60));
			etcd.put(key, etcd.get(key).orElseThrow(), lease);
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(health(context)).containsEntry("status", "DOWN"));
			assertThat(details(context)).containsEntry("registration", "CONFLICT");
		}
	}

	@Test
	@SuppressWarnings("unchecked")
	void theEndpointShowsRegistrationsAndServices() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.until(() -> get(context, "/actuator/etcddiscovery").contains("REGISTERED"));
			Map<String, Object> report = json(context, "/actuator/etcddiscovery");
			assertThat(report).containsEntry("endpoints", List.of(etcd.endpoint()));
			assertThat((Map<String, Object>) report.get("lease")).containsEntry("ttl", "PT15S")
				.containsKeys("id", "lastRenewal", "remaining");
			assertThat((List<Map<String, Object>>) report.get("registrations")).singleElement()
				.satisfies((registration) -> assertThat(registration).containsEntry("service", "echo")
					.containsEntry("state", "REGISTERED"))
				.satisfies((registration) -> assertThat(registration.get("keys")).asString()
					.contains(TestApplication.key(context), "attempts=0"));
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
			assertThat(get(context, "/actuator/" + endpoint)).isNotEmpty().doesNotContain(SECRET);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "configprops", "env" })
	void thePasswordIsHiddenEvenWhereValuesAreShown(String endpoint) {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.username=alice", "etcd.discovery.password=" + SECRET,
					"management.endpoint." + endpoint + ".show-values=always")
			.run()) {
			assertThat(get(context, "/actuator/" + endpoint)).contains("alice").doesNotContain(SECRET);
		}
	}

	@Test
	void valuesOfMetadataAreShownWhereThatIsAllowed() {
		try (ConfigurableApplicationContext context = withSecrets()
			.set("management.endpoint.etcddiscovery.show-values=always")
			.run()) {
			assertThat(get(context, "/actuator/etcddiscovery")).contains("\"token\":\"" + SECRET);
		}
	}

	@Test
	void theEndpointOfSpringCloudSetsTheStatus() throws Exception {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			assertThat(json(context, "/actuator/serviceregistry")).containsEntry("status", "UP");
			post(context, "{\"status\":\"OUT_OF_SERVICE\"}");
			TestApplication.awaitGone(etcd, key);
			assertThat(json(context, "/actuator/serviceregistry")).containsEntry("status", "OUT_OF_SERVICE");
			post(context, "{\"status\":\"UP\"}");
			TestApplication.awaitRegistered(etcd, key);
		}
	}

	@Test
	void theHealthOfSpringCloudsDiscoveryIsUpToo() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("spring.cloud.discovery.client.health-indicator.enabled=true")
			.run()) {
			assertThat(get(context, "/actuator/health")).contains("discoveryClient", "etcd reactive discovery client")
				.doesNotContain("UNKNOWN")
				.doesNotContain("DOWN");
		}
	}

	private static TestApplication withSecrets() {
		return TestApplication.with(etcd)
			.set("etcd.discovery.username=alice", "etcd.discovery.password=" + SECRET,
					"etcd.discovery.registration.metadata.token=" + SECRET);
	}

	@SuppressWarnings("unchecked")
	private Map<String, Object> details(ConfigurableApplicationContext context) {
		return (Map<String, Object>) health(context).get("details");
	}

	private Map<String, Object> health(ConfigurableApplicationContext context) {
		return json(context, "/actuator/health/etcd");
	}

	private Map<String, Object> json(ConfigurableApplicationContext context, String path) {
		return JsonParserFactory.getJsonParser().parseMap(get(context, path));
	}

	private String get(ConfigurableApplicationContext context, String path) {
		try {
			return this.http.send(request(context, path).build(), HttpResponse.BodyHandlers.ofString()).body();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private void post(ConfigurableApplicationContext context, String body) throws Exception {
		HttpResponse<String> response = this.http
			.send(request(context, "/actuator/serviceregistry").header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(body))
				.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
	}

	private static HttpRequest.Builder request(ConfigurableApplicationContext context, String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + TestApplication.port(context) + path))
			.timeout(Duration.ofSeconds(10));
	}

}
