package io.github.etcddiscovery.spring.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One line at the start about what would cost requests later, and none where all is well.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartAdviceTests {

	@ParameterizedTest
	@ValueSource(strings = { "format=kitex", "format=hertz", "layouts[1].format=hertz" })
	void callersThatPollNeedALongerDrainDelay(String setting, CapturedOutput output) {
		start(setting.startsWith("layouts") ? "layouts[0].format=go-kit" : "order=0", setting);
		assertThat(advice(output, "Kitex or Hertz")).singleElement()
			.asString()
			.contains("INFO", "etcd.discovery.registration.drain-delay to 6s", "it is 1s");
	}

	@ParameterizedTest
	@CsvSource({ "format=kitex, registration.drain-delay=6s", "format=hertz, registration.drain-delay=10s",
			"format=kitex, registration.deregister-on-shutdown=false", "format=go-kit, registration.drain-delay=1s",
			"format=grpc, registration.drain-delay=1s", "format=kratos, registration.drain-delay=0" })
	void nobodyIsToldWhereNobodyPollsOrTheDelayIsLongEnough(String format, String setting, CapturedOutput output) {
		start(format, setting);
		assertThat(advice(output, "Kitex or Hertz")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "plain | [secure, version, weight, zone]",
			"go-zero | [secure, version, weight, zone]", "go-kit | [version, weight, zone]" })
	void whatTheFormatCannotCarryIsNamedAndNotItsValue(String format, String lost, CapturedOutput output) {
		start("format=" + format, "registration.zone=s3cret-zone", "registration.weight=30", "registration.secure=true",
				"registration.metadata.version=s3cret-version");
		assertThat(advice(output, "cannot carry")).singleElement()
			.asString()
			.contains("INFO", "Format " + format, lost, "echo")
			.doesNotContain("s3cret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "kitex", "hertz", "grpc", "kratos" })
	void aFormatThatCarriesEverythingIsNotNamed(String format, CapturedOutput output) {
		start("format=" + format, "registration.zone=a", "registration.weight=30", "registration.secure=true",
				"registration.metadata.version=1", "registration.instance-id=blue");
		assertThat(advice(output, "cannot carry")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "plain", "go-kit", "go-zero" })
	void nothingIsLostWhereNothingIsConfigured(String format, CapturedOutput output) {
		start("format=" + format);
		assertThat(advice(output, "cannot carry")).isEmpty();
	}

	@Test
	void eachLayoutIsNamedForItself(CapturedOutput output) {
		start("registration.zone=a", "layouts[0].format=kitex", "layouts[1].format=plain", "layouts[2].format=go-kit");
		assertThat(advice(output, "cannot carry")).hasSize(2)
			.satisfiesExactly((line) -> assertThat(line).contains("plain"),
					(line) -> assertThat(line).contains("go-kit"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.cloud.service-registry.enabled",
			"spring.cloud.service-registry.auto-registration.enabled" })
	void aSwitchOfSpringCloudThatCountsMoreThanOursIsNamed(String property, CapturedOutput output) {
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.enabled=true", property + "=false")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(advice(output, "not registered itself")).singleElement()
			.asString()
			.contains("INFO", property + " is false", "etcd.discovery.registration.enabled");
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.cloud.service-registry.enabled",
			"spring.cloud.service-registry.auto-registration.enabled" })
	void aSwitchOfSpringCloudIsEnoughWhereOursSaysNothing(String property, CapturedOutput output) {
		Contexts.provider()
			.withPropertyValues(property + "=false")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(advice(output, "not registered itself")).isEmpty();
	}

	private static void start(String... settings) {
		ApplicationContextRunner runner = Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.register-on=started");
		for (String setting : settings) {
			runner = runner.withPropertyValues("etcd.discovery." + setting);
		}
		runner.run((context) -> assertThat(context).hasNotFailed());
	}

	private static List<String> advice(CapturedOutput output, String about) {
		Stream<String> lines = output.getOut().lines();
		return lines.filter((line) -> line.contains(about)).toList();
	}

}
