package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Formats and layouts by name, and what the formats say about the rest. */
@ExtendWith(OutputCaptureExtension.class)
class FormatsTests {

	@ParameterizedTest
	@CsvSource({ "kitex, kitex/registry-etcd", "hertz, hertz/registry-etcd", "grpc, ''", "go-kit, /services",
			"plain, service", "go-zero, ''", "kratos, /microservices" })
	void everyFormatHasItsNameAndItsPrefix(String format, String prefix) {
		with("format=" + format).run((context) -> {
			Layouts layouts = context.getBean(Layouts.class);
			assertThat(layouts.registering()).isEqualTo(layouts.discovering())
				.singleElement()
				.satisfies((layout) -> assertThat(layout.codec().format()).isEqualTo(format))
				.satisfies((layout) -> assertThat(layout.prefix()).isEqualTo(prefix));
		});
		with("layouts[0].format=" + format, "layouts[0].prefix=our/own/")
			.run((context) -> assertThat(prefixes(context.getBean(Layouts.class).registering()))
				.containsExactly("our/own/"));
	}

	@Test
	void layoutsAreTakenInTheirOrderForWhatTheyAreThereFor() {
		with("layouts[0].format=go-kit", "layouts[0].register=false", "layouts[1].format=kitex",
				"layouts[2].format=kitex", "layouts[2].prefix=", "layouts[2].register=false",
				"layouts[3].format=kratos", "layouts[3].discover=false")
			.run((context) -> {
				Layouts layouts = context.getBean(Layouts.class);
				assertThat(prefixes(layouts.registering())).containsExactly("kitex/registry-etcd", "/microservices");
				assertThat(prefixes(layouts.discovering())).containsExactly("/services", "kitex/registry-etcd", "");
			});
	}

	@Test
	void anUnknownFormatIsAnsweredWithAllThereAre() {
		Contexts.provider()
			.withBean("in-house", InstanceCodec.class, InstanceCodec::kitex)
			.withPropertyValues("etcd.discovery.layouts[0].format=nacos")
			.run((context) -> assertThat(Analyses.of(context.getStartupFailure()).getDescription()).contains(
					"etcd.discovery.layouts[0].format", "'nacos'",
					"go-kit, go-zero, grpc, hertz, in-house, kitex, kratos, plain"));
	}

	@Test
	void theVariablesAreThoseOfTheFirstLayoutThatRegisters() {
		ApplicationContextRunner both = Contexts.client()
			.withPropertyValues("KITEX_IP_TO_REGISTRY=10.0.0.1", "KITEX_PORT_TO_REGISTRY=1",
					"KITEX_ETCD_REGISTRY_LEASE_TTL=11", "HERTZ_IP_TO_REGISTRY=10.0.0.2", "HERTZ_PORT_TO_REGISTRY=2",
					"HERTZ_ETCD_REGISTRY_LEASE_TTL=22");
		registers(both.withPropertyValues("etcd.discovery.format=hertz"), "10.0.0.2", 2, 22);
		registers(both.withPropertyValues("etcd.discovery.format=go-kit"), "10.0.0.1", 1, 11);
		registers(both.withPropertyValues("etcd.discovery.layouts[0].format=kitex",
				"etcd.discovery.layouts[0].register=false", "etcd.discovery.layouts[1].format=hertz",
				"etcd.discovery.layouts[2].format=go-kit"), "10.0.0.2", 2, 22);
		registers(both.withPropertyValues("etcd.discovery.layouts[0].format=kitex",
				"etcd.discovery.layouts[1].format=hertz"), "10.0.0.1", 1, 11);
	}

	private static void registers(ApplicationContextRunner runner, String host, int port, int ttl) {
		runner.run((context) -> {
			assertThat(context.getBean(EtcdRegistration.class).getHost()).isEqualTo(host);
			assertThat(context.getBean(EtcdRegistration.class).getPort()).isEqualTo(port);
			assertThat(context.getBean(LeaseTtl.class).value()).isEqualTo(Duration.ofSeconds(ttl));
		});
	}

	@ParameterizedTest
	@CsvSource({ "soon, 15, no number of seconds", "1, 2, expected: 2 to 300 seconds",
			"301, 300, expected: 2 to 300 seconds", "-5, 2, expected: 2 to 300 seconds" })
	void aTtlVariableThatCannotBeRightIsAWarning(String value, int ttl, String reason, CapturedOutput output) {
		with("format=hertz").withPropertyValues("HERTZ_ETCD_REGISTRY_LEASE_TTL=" + value)
			.run((context) -> assertThat(context.getBean(LeaseTtl.class).value()).isEqualTo(Duration.ofSeconds(ttl)));
		assertThat(output.getOut().lines().filter((line) -> line.contains("HERTZ_"))).singleElement()
			.asString()
			.contains("WARN", "HERTZ_ETCD_REGISTRY_LEASE_TTL", "'" + value + "'", reason, "TTL is " + ttl + " s");
	}

	@ParameterizedTest
	@CsvSource({ "HERTZ_PORT_TO_REGISTRY, 99999", "HERTZ_PORT_TO_REGISTRY, http", "HERTZ_IP_TO_REGISTRY, not a host",
			"HERTZ_IP_TO_REGISTRY, 0.0.0.0" })
	void anAddressVariableThatCannotBeRightStopsTheStart(String variable, String value) {
		Contexts.provider()
			.withPropertyValues("etcd.discovery.format=hertz", variable + "=" + value)
			.run((context) -> assertThat(Analyses.of(context.getStartupFailure()).getDescription()).contains(variable,
					"'" + value + "'"));
	}

	@ParameterizedTest
	@CsvSource({ "go-kit, test/hello", "grpc, test/hello", "go-zero, user.rpc", "go-zero, a/b", "kitex, music_user",
			"plain, 支付.order", "kratos, service.music.user", "hertz, a b" })
	void aNameThatTheFormatCanCarryIsRegistered(String format, String name) {
		with("format=" + format, "service-name=" + name)
			.run((context) -> assertThat(context.getBean(EtcdRegistration.class).getServiceId()).isEqualTo(name));
	}

	@ParameterizedTest
	@CsvSource({ "hertz, a/b", "plain, a/b", "kratos, a/b", "kitex, a/b", "grpc, a//b", "go-zero, a/", "go-kit, /a" })
	void aNameThatTheFormatCannotCarryStopsTheStart(String format, String name) {
		fails(with("service-name=" + name, "format=" + format), "etcd.discovery.service-name", "'" + name + "'",
				format);
		Contexts.bare()
			.withPropertyValues("spring.application.name=" + name, "etcd.discovery.registration.port=8080",
					"etcd.discovery.format=" + format)
			.run((context) -> assertThat(Analyses.of(context.getStartupFailure()).getDescription())
				.contains("spring.application.name", "'" + name + "'", format));
	}

	@Test
	void everyLayoutThatRegistersHasToCarryTheName() {
		fails(with("service-name=a/b", "layouts[0].format=go-kit", "layouts[1].format=plain"),
				"etcd.discovery.service-name", "'a/b'", "plain");
		with("service-name=a/b", "layouts[0].format=go-kit", "layouts[1].format=plain", "layouts[1].register=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "kitex, hertz", "plain, kratos", "go-kit, kitex" })
	void twoLayoutsThatWriteTheSameKeyStopTheStart(String one, String other) {
		fails(with("layouts[0].format=" + one, "layouts[0].prefix=x", "layouts[1].format=" + other,
				"layouts[1].prefix=x"), "etcd.discovery.layouts", one, other, "same key x/echo/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "plain", "kratos" })
	void anIdThatNoKeyCanHoldStopsTheStart(String format) {
		fails(with("format=" + format, "registration.instance-id=a\u2028b"), "etcd.discovery.registration.instance-id",
				format);
		with("format=kitex", "registration.instance-id=a\u2028b").run((context) -> assertThat(context).hasNotFailed());
	}

	private static ApplicationContextRunner with(String... settings) {
		ApplicationContextRunner runner = Contexts.provider();
		for (String setting : settings) {
			runner = runner.withPropertyValues("etcd.discovery." + setting);
		}
		return runner;
	}

	private static void fails(ApplicationContextRunner runner, String... parts) {
		runner.run((context) -> assertThat(Analyses.of(context.getStartupFailure()).getDescription()).contains(parts));
	}

	private static List<String> prefixes(List<Layout> layouts) {
		return layouts.stream().map(Layout::prefix).toList();
	}

}
