package io.github.etcddiscovery.spring.registration;

import java.util.Map;

import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A gRPC server is the instance, or a tag of it; both say how it is to be called. */
class OwnGrpcServerTests {

	private final OwnApplication application = new OwnApplication();

	@Test
	void withoutWebServerThePortAndAddressAreThoseOfTheGrpcServer() {
		this.application.ports.grpcListens(9090);
		this.application.set("spring.grpc.server.address", "10.0.0.1").set("server.address", "10.0.0.2");
		assertThat(this.application.describe(Layout.kitex()).address()).isEqualTo("10.0.0.1:9090");
		assertThat(this.application.describe(Layout.kitex()).tags()).isEqualTo(Map.of("scheme", "grpc"));
		this.application.set("spring.grpc.server.ssl.bundle", "grpc");
		assertThat(this.application.describe(Layout.kitex()).tags())
			.isEqualTo(Map.of("scheme", "grpcs", "secure", "true"));
	}

	@Test
	void itsIpv6AddressIsWrittenAsGoWritesIt() {
		this.application.ports.grpcListens(9090);
		this.application.set("spring.grpc.server.address", "::1");
		assertThat(this.application.describe(Layout.kitex()).address()).isEqualTo("[::1]:9090");
	}

	@ParameterizedTest
	@CsvSource({ "go-kit, grpc://10.0.0.1:9090, false", "go-kit, grpcs://10.0.0.1:9090, true",
			"kratos, grpc://10.0.0.1:9090, false", "kratos, grpcs://10.0.0.1:9090, true" })
	void aGrpcServerIsNeverWrittenAsOneOfHttp(String format, String url, boolean tls) {
		this.application.ports.grpcListens(9090);
		this.application.set("spring.grpc.server.address", "10.0.0.1");
		if (tls) {
			this.application.set("spring.grpc.server.ssl.bundle", "grpc");
		}
		Layout layout = Layout.of(OwnApplication.format(format));
		assertThat(layout.codec().value(this.application.describe(layout))).asString()
			.contains(url)
			.doesNotContain("http");
	}

	/** Metadata stays null there, as servers in Go write it. */
	@Test
	void nothingIsSaidOfTheSchemeWhereEveryCallerSpeaksGrpc() {
		this.application.ports.grpcListens(9090);
		Layout grpc = Layout.of(InstanceCodec.grpc());
		Layout goZero = Layout.of(OwnApplication.format("go-zero"));
		assertThat(this.application.describe(grpc).tags()).isEmpty();
		assertThat(this.application.describe(goZero, grpc).tags()).isEmpty();
		assertThat(this.application.describe(grpc, Layout.of(OwnApplication.format("kratos"))).tags())
			.isEqualTo(Map.of("scheme", "grpc"));
	}

	@Test
	void aSchemeThatIsConfiguredWins() {
		this.application.ports.grpcListens(9090);
		this.application.set("etcd.discovery.registration.metadata.scheme", "tri");
		assertThat(this.application.describe(Layout.kitex()).tags()).isEqualTo(Map.of("scheme", "tri"));
	}

	@Test
	void nothingIsSaidOfTheSchemeOfAPortThatIsConfiguredWhereNothingListens() {
		this.application.set("etcd.discovery.registration.port", "7777");
		assertThat(this.application.describe(Layout.of(InstanceCodec.grpc())).tags()).isEmpty();
	}

	@Test
	void besideAWebServerThePortOfTheGrpcServerIsATag() {
		this.application.ports.applicationListens(8081);
		this.application.ports.grpcListens(9090);
		this.application.set("server.address", "10.0.0.2");
		assertThat(this.application.describe(Layout.kitex()).address()).isEqualTo("10.0.0.2:8081");
		assertThat(this.application.describe(Layout.kitex()).tags()).isEqualTo(Map.of("grpc.port", "9090"));
		this.application.set("spring.grpc.server.ssl.bundle", "grpc");
		assertThat(this.application.describe(Layout.kitex()).tags()).isEqualTo(Map.of("grpcs.port", "9090"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "grpc", "go-zero" })
	void whereTheFirstFormatIsOneOfGrpcThePortOfTheWebServerIsTheTag(String format) {
		this.application.ports.applicationListens(8081);
		this.application.ports.grpcListens(9090);
		Layout grpc = Layout.of(OwnApplication.format(format));
		assertThat(this.application.describe(grpc, Layout.kitex()).port()).isEqualTo(9090);
		assertThat(this.application.describe(grpc, Layout.kitex()).tags())
			.isEqualTo(Map.of("http.port", "8081", "scheme", "grpc"));
		assertThat(this.application.describe(Layout.kitex(), grpc).port()).isEqualTo(8081);
		this.application.set("server.ssl.bundle", "web");
		assertThat(this.application.describe(grpc).tags()).isEqualTo(Map.of("https.port", "8081"));
	}

	@Test
	void inTheFormatOfGrpcAWebServerAloneIsRegistered() {
		this.application.ports.applicationListens(8081);
		assertThat(this.application.describe(Layout.of(InstanceCodec.grpc())).port()).isEqualTo(8081);
	}

	@ParameterizedTest
	@CsvSource({ "spring.grpc.server.ssl.bundle, grpc, true", "spring.grpc.server.ssl.client-auth, require, false",
			"server.ssl.bundle, web, false", "etcd.discovery.registration.secure, true, true" })
	void tlsOfTheGrpcServerMakesItsInstanceSecure(String property, String value, boolean secure) {
		this.application.ports.grpcListens(9090);
		this.application.set(property, value);
		assertThat(this.application.describe(Layout.kitex()).secure()).isEqualTo(secure);
	}

	@Test
	void aBundleThatIsSwitchedOffMakesNothingSecure() {
		this.application.ports.grpcListens(9090);
		this.application.set("spring.grpc.server.ssl.bundle", "grpc").set("spring.grpc.server.ssl.enabled", "false");
		assertThat(this.application.describe(Layout.kitex()).secure()).isFalse();
	}

}
