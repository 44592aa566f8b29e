package io.github.etcddiscovery.spring.autoconfigure;

import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.codec.InstanceCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What editors show is what the contract says. */
class MetadataTests {

	private final Metadata metadata = Metadata.read();

	@Test
	void everyPropertyHasATypeAndADescription() {
		assertThat(this.metadata.properties().values()).isNotEmpty()
			.allSatisfy((property) -> assertThat(property).containsKeys("name", "type"))
			.allSatisfy((property) -> assertThat(String.valueOf(property.get("description")))
				.as("description of %s", property.get("name"))
				.hasSizeGreaterThan(15)
				.endsWith("."));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "enabled, Boolean, true", "endpoints, List, http://localhost:2379",
			"username, String, -", "password, String, -", "password-file, String, -", "connect-timeout, Duration, 2s",
			"request-timeout, Duration, 3s", "tls.ca-file, String, -", "tls.cert-file, String, -",
			"tls.key-file, String, -", "ssl.bundle, String, -", "authority, String, -", "format, String, kitex",
			"prefix, String, -", "layouts, List, -", "service-name, String, -", "order, Integer, 0",
			"fail-fast, Boolean, false", "start-timeout, Duration, 10s", "default-weight, Integer, 10",
			"registration.enabled, Boolean, -", "registration.register-on, RegisterOn, ready",
			"registration.follow-readiness, Boolean, true", "registration.ip-address, String, -",
			"registration.hostname, String, -", "registration.port, Integer, -",
			"registration.prefer-hostname, Boolean, false", "registration.ttl, Duration, -",
			"registration.instance-id, String, -", "registration.weight, Integer, 10", "registration.zone, String, -",
			"registration.metadata, Map, -", "registration.secure, Boolean, -",
			"registration.include-management, Boolean, true", "registration.drain-delay, Duration, 1s",
			"registration.deregister-on-shutdown, Boolean, true", "registration.health-group, String, -",
			"registration.accept-edits, Boolean, true", "retry.max-attempt-times, Integer, 5",
			"retry.initial-delay, Duration, 200ms", "retry.retry-delay, Duration, 10s",
			"retry.observe-delay, Duration, 30s", "retry.on-exhausted, OnExhausted, continue",
			"resolver.enabled, Boolean, true", "resolver.scope, Scope, prefix",
			"resolver.first-snapshot-timeout, Duration, 3s", "resolver.services-refresh, Duration, 30s",
			"resolver.aliases, Map, -", "resolver.denied-addresses, List, -", "resolver.preload, List, -",
			"resolver.resync-interval, Duration, 5m", "resolver.stale-timeout, Duration, 0",
			"resolver.snapshot-file, String, -", "resolver.mass-loss-guard.enabled, Boolean, true",
			"resolver.mass-loss-guard.threshold, Integer, 50", "resolver.mass-loss-guard.min-instances, Integer, 3",
			"resolver.mass-loss-guard.hold, Duration, -", "resolver.mass-loss-guard.probe, Boolean, true",
			"loadbalancer.disable-cache, Boolean, true", "loadbalancer.weighted, Boolean, true",
			"loadbalancer.slow-start.window, Duration, 0", "loadbalancer.slow-start.min-share, Integer, 10",
			"loadbalancer.outlier-detection.enabled, Boolean, true",
			"loadbalancer.outlier-detection.consecutive-failures, Integer, 5",
			"loadbalancer.outlier-detection.statuses, Set, '[502, 503, 504]'",
			"loadbalancer.outlier-detection.probe, Boolean, true",
			"loadbalancer.outlier-detection.duration, Duration, 10s",
			"loadbalancer.outlier-detection.max-ejected, Integer, 50" })
	void typesAndDefaultsAreThoseOfTheContract(String name, String type, String value) {
		Map<String, Object> property = this.metadata.properties().get("etcd.discovery." + name);
		assertThat(property).as(name).isNotNull();
		assertThat(String.valueOf(property.get("type"))).containsPattern("[.$]" + type + "(<|$)");
		Object defaultValue = property.get("defaultValue");
		assertThat((defaultValue != null) ? defaultValue.toString() : null).isEqualTo(value);
	}

	@Test
	void switchesOfTheManagementAreDocumentedToo() {
		assertThat(this.metadata.properties()).containsKeys("management.health.etcd.enabled",
				"management.endpoint.etcddiscovery.show-values", "management.endpoint.etcddiscovery.access");
	}

	@ParameterizedTest
	@CsvSource({ "format, kitex", "retry.on-exhausted, continue stop", "resolver.scope, prefix service",
			"registration.register-on, ready started" })
	void choicesAreExplained(String name, String values) {
		assertThat(hint(name, "values")).extracting((value) -> value.get("value"))
			.contains((Object[]) values.split(" "));
		assertThat(hint(name, "values")).allSatisfy(
				(value) -> assertThat(String.valueOf(value.get("description"))).hasSizeGreaterThan(10).endsWith("."));
	}

	@Test
	void everyFormatIsHintedAtAndNamedInTheDescription() {
		List<String> formats = InstanceCodec.all().stream().map(InstanceCodec::format).toList();
		assertThat(hint("format", "values")).extracting((value) -> value.get("value")).isEqualTo(formats);
		assertThat(this.metadata.properties().get("etcd.discovery.format").get("description").toString())
			.contains(formats);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "tls.ca-file", "tls.cert-file", "tls.key-file", "password-file", "resolver.snapshot-file" })
	void editorsCompleteTheNamesOfFiles(String name) {
		assertThat(hint(name, "providers")).extracting((provider) -> provider.get("name")).containsExactly("handle-as");
	}

	@SuppressWarnings("unchecked")
	private List<Map<String, Object>> hint(String name, String part) {
		Map<String, Object> hint = this.metadata.hints().get("etcd.discovery." + name);
		assertThat(hint).as("hint of %s", name).isNotNull();
		return (List<Map<String, Object>>) hint.get(part);
	}

}
