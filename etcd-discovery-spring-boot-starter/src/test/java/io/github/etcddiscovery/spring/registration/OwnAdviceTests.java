package io.github.etcddiscovery.spring.registration;

import java.util.List;

import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers in Go of gRPC's formats know no tags: they call the port there. Callers with
 * Spring Cloud call a URI.
 */
@ExtendWith(OutputCaptureExtension.class)
class OwnAdviceTests {

	private static final Layout KITEX = Layout.kitex();

	private static final Layout GRPC = Layout.of(InstanceCodec.grpc());

	private static final Layout GO_ZERO = Layout.of(OwnApplication.format("go-zero"));

	private final OwnApplication application = new OwnApplication();

	@ParameterizedTest
	@ValueSource(strings = { "grpc", "go-zero" })
	void aLayoutOfGrpcThatIsNotTheFirstIsAWarningWhereItHasThePortOfTheWebServer(String format, CapturedOutput output) {
		this.application.ports.applicationListens(8081);
		this.application.ports.grpcListens(9090);
		advise(KITEX, Layout.of(OwnApplication.format(format)));
		assertThat(warning(output)).contains("8081", "9090", "in format " + format, "first", "etcd.discovery.layouts");
	}

	@ParameterizedTest
	@ValueSource(strings = { "grpc", "go-zero" })
	void aWebServerAloneInAFormatOfGrpcIsAWarning(String format, CapturedOutput output) {
		this.application.ports.applicationListens(8081);
		advise(Layout.of(OwnApplication.format(format)));
		assertThat(warning(output)).contains("8081", "in format " + format, "etcd.discovery.registration.port");
	}

	@Test
	void twoFormatsOfGrpcAreOneWarning(CapturedOutput output) {
		this.application.ports.applicationListens(8081);
		advise(GRPC, GO_ZERO, new Layout(InstanceCodec.grpc(), "other"));
		assertThat(warning(output)).contains("in format grpc, go-zero:");
	}

	@ParameterizedTest
	@ValueSource(ints = { 9090, 7777 })
	void nothingIsSaidWhereAnotherPortThanTheWebServersIsConfigured(int port, CapturedOutput output) {
		this.application.ports.applicationListens(8081);
		this.application.ports.grpcListens(9090);
		this.application.set("etcd.discovery.registration.port", String.valueOf(port));
		advise(KITEX, GRPC);
		assertThat(output.getOut()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "etcd.discovery.registration.port, 7777", "spring.grpc.server.servlet.enabled, true" })
	void nothingIsSaidWhereGrpcIsServedThere(String property, String value, CapturedOutput output) {
		this.application.ports.applicationListens(8081);
		this.application.set(property, value);
		advise(GRPC);
		assertThat(output.getOut()).isEmpty();
	}

	@Test
	void nothingIsSaidWhereThePortIsTheGrpcServers(CapturedOutput output) {
		this.application.ports.grpcListens(9090);
		advise(GRPC);
		this.application.ports.applicationListens(8081);
		advise(GRPC, new Layout(InstanceCodec.grpc(), "other"));
		assertThat(output.getOut()).isEmpty();
	}

	@Test
	void tlsThatTheSchemeTellsIsNotSaidToBeLost(CapturedOutput output) {
		this.application.ports.grpcListens(9090);
		this.application.set("spring.grpc.server.ssl.bundle", "grpc");
		advise(Layout.of(OwnApplication.format("go-kit")));
		advise(Layout.of(OwnApplication.format("kratos")));
		assertThat(output.getOut()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "kitex, a b, a-b", "kitex, a:80, a-80", "kitex, x@other, x-other", "go-kit, a/b, a-b" })
	void aNameThatSpringCloudCannotCallIsAWarningOnceWithTheAliasThatCallersNeed(String format, String service,
			String alias, CapturedOutput output) {
		this.application.ports.applicationListens(8081);
		this.application.set("etcd.discovery.registration.drain-delay", "6s");
		OwnInstance own = this.application.own(new InetUtils(new InetUtilsProperties()),
				Layout.of(OwnApplication.format(format)));
		own.advise(own.describe(service));
		own.advise(own.describe(service));
		assertThat(warning(output)).contains("'" + service + "'",
				"etcd.discovery.resolver.aliases." + alias + "=" + service);
	}

	@ParameterizedTest
	@ValueSource(strings = { "echo", "service.music.user", "music_user" })
	void nothingIsSaidOfANameThatTakesNothingFromOthers(String service, CapturedOutput output) {
		this.application.ports.applicationListens(8081);
		this.application.set("etcd.discovery.registration.drain-delay", "6s");
		OwnInstance own = this.application.own(new InetUtils(new InetUtilsProperties()), KITEX);
		own.advise(own.describe(service));
		assertThat(output.getOut()).isEmpty();
	}

	private static String warning(CapturedOutput output) {
		List<String> warnings = output.getOut().lines().filter((line) -> line.contains("WARN")).toList();
		assertThat(warnings).hasSize(1);
		return warnings.get(0);
	}

	private void advise(Layout... layouts) {
		// So that nothing is said of callers of Kitex.
		this.application.set("etcd.discovery.registration.drain-delay", "6s");
		OwnInstance own = this.application.own(new InetUtils(new InetUtilsProperties()), layouts);
		own.advise(own.describe("echo"));
	}

}
