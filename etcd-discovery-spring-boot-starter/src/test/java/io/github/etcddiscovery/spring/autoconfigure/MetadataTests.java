package io.github.etcddiscovery.spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.etcddiscovery.codec.InstanceCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** What editors show is what the contract says. */
class MetadataTests {

	private final Map<String, Object> metadata = read();

	@Test
	void everyPropertyHasATypeAndADescription() {
		assertThat(properties().values()).isNotEmpty()
			.allSatisfy((property) -> assertThat(property).containsKeys("name", "type"))
			.allSatisfy((property) -> assertThat(String.valueOf(property.get("description")))
				.as("description of %s", property.get("name"))
				.endsWith("."));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "enabled, true", "endpoints, http://localhost:2379", "username, -",
			"password, -", "password-file, -", "connect-timeout, 2s", "request-timeout, 3s", "tls.ca-file, -",
			"tls.cert-file, -", "tls.key-file, -", "ssl.bundle, -", "authority, -", "format, kitex", "prefix, -",
			"layouts, -", "service-name, -", "order, 0", "fail-fast, false", "start-timeout, 10s", "default-weight, 10",
			"registration.enabled, -", "registration.register-on, ready", "registration.follow-readiness, true",
			"registration.ip-address, -", "registration.hostname, -", "registration.port, -",
			"registration.prefer-hostname, false", "registration.ttl, -", "registration.instance-id, -",
			"registration.weight, 10", "registration.zone, -", "registration.metadata, -", "registration.secure, -",
			"registration.include-management, true", "registration.drain-delay, 1s",
			"registration.deregister-on-shutdown, true", "retry.max-attempt-times, 5", "retry.initial-delay, 200ms",
			"retry.retry-delay, 10s", "retry.observe-delay, 30s", "retry.on-exhausted, continue",
			"resolver.enabled, true", "resolver.scope, prefix", "resolver.first-snapshot-timeout, 3s",
			"resolver.services-refresh, 30s", "resolver.aliases, -", "resolver.denied-addresses, -",
			"resolver.preload, -", "resolver.resync-interval, 5m", "resolver.stale-timeout, 0",
			"loadbalancer.disable-cache, true", "loadbalancer.weighted, true" })
	void defaultsAreThoseOfTheContract(String name, String value) {
		Map<String, Object> property = properties().get("etcd.discovery." + name);
		assertThat(property).as(name).isNotNull();
		Object defaultValue = property.get("defaultValue");
		assertThat((defaultValue != null) ? defaultValue.toString() : null).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "etcd.discovery.resolver.snapshot-file", "etcd.discovery.resolver.mass-loss-guard.enabled" })
	void whatDoesNothingYetIsNotThereYet(String name) {
		assertThat(properties()).doesNotContainKey(name);
	}

	@Test
	void switchesOfTheManagementAreDocumentedToo() {
		assertThat(properties()).containsKeys("management.health.etcd.enabled",
				"management.endpoint.etcddiscovery.show-values", "management.endpoint.etcddiscovery.access");
	}

	@Test
	void thereAreHintsWhereThereIsAChoice() {
		assertThat(list("hints")).extracting((hint) -> hint.get("name"))
			.contains("etcd.discovery.format", "etcd.discovery.retry.on-exhausted", "etcd.discovery.resolver.scope",
					"etcd.discovery.registration.register-on");
	}

	@Test
	@SuppressWarnings("unchecked")
	void everyFormatIsHintedAt() {
		Map<String, Object> hint = list("hints").stream()
			.filter((any) -> "etcd.discovery.format".equals(any.get("name")))
			.findFirst()
			.orElseThrow();
		List<Map<String, Object>> values = (List<Map<String, Object>>) hint.get("values");
		assertThat(values).extracting((value) -> value.get("value"))
			.isEqualTo(InstanceCodec.all().stream().map(InstanceCodec::format).toList());
		assertThat(values).allSatisfy((value) -> assertThat(value.get("description").toString()).endsWith("."));
		assertThat(properties().get("etcd.discovery.format").get("description").toString())
			.contains(InstanceCodec.all().stream().map(InstanceCodec::format).toList());
	}

	private Map<String, Map<String, Object>> properties() {
		return list("properties").stream()
			.collect(Collectors.toMap((property) -> String.valueOf(property.get("name")), (property) -> property,
					(first, second) -> first, LinkedHashMap::new));
	}

	@SuppressWarnings("unchecked")
	private List<Map<String, Object>> list(String name) {
		return (List<Map<String, Object>>) this.metadata.get(name);
	}

	private static Map<String, Object> read() {
		try (InputStream content = EtcdClientAutoConfiguration.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json")
			.asIterator()
			.next()
			.openStream()) {
			return JsonParserFactory.getJsonParser()
				.parseMap(new String(content.readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
