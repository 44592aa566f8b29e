package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** A mistyped name is said at the start, and stops nothing. */
@ExtendWith(OutputCaptureExtension.class)
class UnknownPropertiesTests {

	private static final String NONE = "There is no property";

	@ParameterizedTest
	@CsvSource({ "registration.wieght, registration.weight", "endpoint, endpoints",
			"resolver.stale-timout, resolver.stale-timeout", "tls.cafile.x, tls.ca-file" })
	void aMistypedNameIsSaidOnceWithWhatItMayMean(String mistyped, String meant, CapturedOutput output) {
		start("etcd.discovery." + mistyped + "=s3cret");
		assertThat(said(output)).singleElement()
			.asString()
			.contains("WARN", "no property etcd.discovery." + mistyped + ":", "did you mean etcd.discovery." + meant)
			.doesNotContain("s3cret");
	}

	@Test
	void whatIsLikeNothingIsSaidWithoutAGuess(CapturedOutput output) {
		start("etcd.discovery.mass-loss-guard.enabled=true");
		assertThat(said(output)).singleElement().asString().doesNotContain("did you mean");
	}

	static Stream<String> known() {
		return Metadata.read().properties().keySet().stream().filter((name) -> name.startsWith("etcd.discovery."));
	}

	@ParameterizedTest
	@MethodSource("known")
	void everyPropertyThatEditorsKnowIsKnown(String name) {
		boolean free = name.endsWith(".metadata") || name.endsWith(".aliases");
		assertThat(new KnownProperties()
			.contain(free ? name + ".any" : name.endsWith(".layouts") ? name + "[0].format" : name)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd.discovery.registration.metadata.anything.at-all=1",
			"etcd.discovery.resolver.aliases.music=service.music.user",
			"etcd.discovery.registration.ipAddress=10.0.0.5", "etcd.discovery.registration.ip_address=10.0.0.5",
			"etcd.discovery.endpoints[1]=http://127.0.0.1:2", "etcd.discovery.layouts[0].prefix=a",
			"etcd.discoveryy.endpoint=a", "etcd.other=1" })
	void whatIsKnownFreeOrNotOursIsNotSaid(String setting, CapturedOutput output) {
		start(setting);
		assertThat(said(output)).isEmpty();
	}

	@Test
	void variablesOfTheEnvironmentCountToo(CapturedOutput output) {
		variables(Map.of("ETCD_DISCOVERY_REGISTRATION_WIEGHT", "3", "ETCD_DISCOVERY_REGISTRATION_IP_ADDRESS",
				"10.0.0.5", "ETCD_DISCOVERY_REGISTRATION_METADATA_ANY_THING", "1"));
		assertThat(said(output)).singleElement()
			.asString()
			.contains("etcd.discovery.registration.wieght", "etcd.discovery.registration.weight");
	}

	@Test
	void variablesThatKubernetesSetsForAServiceOfThatNameAreNotSaid(CapturedOutput output) {
		variables(Map.of("ETCD_DISCOVERY_SERVICE_HOST", "10.0.0.1", "ETCD_DISCOVERY_SERVICE_PORT", "2379",
				"ETCD_DISCOVERY_SERVICE_PORT_CLIENT", "2379", "ETCD_DISCOVERY_PORT", "tcp://10.0.0.1:2379",
				"ETCD_DISCOVERY_PORT_2379_TCP_ADDR", "10.0.0.1"));
		assertThat(said(output)).isEmpty();
	}

	private static void start(String... settings) {
		Contexts.client().withPropertyValues(settings).run((context) -> assertThat(context).hasNotFailed());
	}

	private static void variables(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().forEach((source) -> environment.getPropertySources().remove(source.getName()));
		environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					variables));
		new UnknownProperties(environment).afterSingletonsInstantiated();
	}

	private static Stream<String> said(CapturedOutput output) {
		return output.getOut().lines().filter((line) -> line.contains(NONE));
	}

}
