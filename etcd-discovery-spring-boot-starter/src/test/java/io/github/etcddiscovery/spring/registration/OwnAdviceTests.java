package io.github.etcddiscovery.spring.registration;

import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;

import static org.assertj.core.api.Assertions.assertThat;

/** Callers in Go that read gRPC's own format know no tags: they call the port there. */
@ExtendWith(OutputCaptureExtension.class)
class OwnAdviceTests {

	private static final Layout KITEX = Layout.kitex();

	private static final Layout GRPC = Layout.of(InstanceCodec.grpc());

	private final OwnApplication application = new OwnApplication();

	@Test
	void aLayoutOfGrpcThatIsNotTheFirstIsAWarningWhereItHasThePortOfTheWebServer(CapturedOutput output) {
		this.application.ports.applicationListens(8081);
		this.application.ports.grpcListens(9090);
		advise(KITEX, GRPC);
		assertThat(output.getOut().lines()).singleElement()
			.asString()
			.contains("WARN", "8081", "9090", "first", "etcd.discovery.layouts");
	}

	@Test
	void aWebServerAloneInTheFormatOfGrpcIsAWarning(CapturedOutput output) {
		this.application.ports.applicationListens(8081);
		advise(GRPC);
		assertThat(output.getOut().lines()).singleElement()
			.asString()
			.contains("WARN", "8081", "etcd.discovery.registration.port");
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

	private void advise(Layout... layouts) {
		// So that nothing is said of callers of Kitex.
		this.application.set("etcd.discovery.registration.drain-delay", "6s");
		OwnInstance own = this.application.own(new InetUtils(new InetUtilsProperties()), layouts);
		own.advise(own.describe("echo"));
	}

}
