package io.github.etcddiscovery.spring.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import io.github.etcddiscovery.test.tls.EtcdCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

import static org.assertj.core.api.Assertions.assertThat;

/** Every bad value stops the start with a message that names property and value. */
class InvalidPropertyTests {

	private static final String SECRET = "s3cret-canary";

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = { "endpoints=|endpoints|at least one",
			"endpoints=http://|endpoints|http://", "endpoints=localhost:99999|endpoints|99999",
			"endpoints=ftp://localhost:2379|endpoints|ftp",
			"endpoints=http://localhost:2379,https://localhost:2380|endpoints|mix",
			"authority=my_host:x/y|authority|my_host:x/y", "connect-timeout=0|connect-timeout|above zero",
			"request-timeout=-1s|request-timeout|PT-1S", "start-timeout=0s|start-timeout|above zero",
			"username=alice|username|alice", "format=nacos|format|nacos", "format=|format|not empty",
			"layouts[0].format=nacos|layouts[0].format|nacos", "layouts[0].format=|layouts[0].format|wire format",
			"service-name=|service-name|not empty", "registration.port=70000|registration.port|70000",
			"registration.port=0|registration.port|1 to 65535", "registration.port=-1|registration.port|-1",
			"registration.weight=0|registration.weight|1 to 1000", "registration.weight=1001|registration.weight|1001",
			"registration.ttl=1s|registration.ttl|PT1S", "registration.ttl=6m|registration.ttl|2s to 5m",
			"registration.drain-delay=-1s|registration.drain-delay|PT-1S",
			"registration.ip-address=|registration.ip-address|not empty",
			"retry.max-attempt-times=-1|retry.max-attempt-times|-1",
			"retry.initial-delay=0|retry.initial-delay|above zero", "retry.retry-delay=0|retry.retry-delay|above zero",
			"retry.observe-delay=-5s|retry.observe-delay|PT-5S",
			"resolver.first-snapshot-timeout=-1s|resolver.first-snapshot-timeout|PT-1S",
			"resolver.resync-interval=0|resolver.resync-interval|above zero",
			"resolver.stale-timeout=-1s|resolver.stale-timeout|PT-1S",
			"resolver.services-refresh=0|resolver.services-refresh|above zero",
			"resolver.aliases.music-user=|resolver.aliases.music-user|not empty",
			"resolver.denied-addresses=10.0.0.0/99|resolver.denied-addresses|10.0.0.0/99",
			"tls.ca-file=/does/not/exist.pem|tls.ca-file|/does/not/exist.pem", "ssl.bundle=nosuch|ssl.bundle|nosuch" })
	void isNamedWithItsValue(String setting, String property, String value) {
		assertThat(fail(setting)).contains("etcd.discovery." + property, value);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "retry.on-exhausted=explode|retry.on-exhausted|explode",
			"resolver.scope=galaxy|resolver.scope|galaxy",
			"registration.register-on=never|registration.register-on|never",
			"registration.port=abc|registration.port|abc", "registration.ttl=soon|registration.ttl|soon",
			"registration.enabled=perhaps|registration.enabled|perhaps",
			"registration.weight=heavy|registration.weight|heavy", "connect-timeout=never|connect-timeout|never" })
	void ofAnotherTypeIsNamedToo(String setting, String property, String value) {
		assertThat(fail(setting)).contains("etcd.discovery." + property, value);
	}

	@Test
	void noPasswordIsShown() {
		assertThat(fail("password=" + SECRET)).contains("etcd.discovery.password", "etcd.discovery.username")
			.doesNotContain(SECRET);
	}

	@Test
	void passwordAndPasswordFileExcludeEachOther() throws IOException {
		Path file = Files.writeString(this.folder.resolve("password"), SECRET);
		assertThat(fail("username=alice", "password=" + SECRET, "password-file=" + file))
			.contains("etcd.discovery.password-file", file.toString())
			.doesNotContain(SECRET);
	}

	@Test
	void missingPasswordFileIsNamed() {
		assertThat(fail("username=alice", "password-file=/does/not/exist")).contains("etcd.discovery.password-file",
				"/does/not/exist");
	}

	@Test
	void emptyPasswordFileIsNamed() throws IOException {
		Path file = Files.writeString(this.folder.resolve("password"), "\n");
		assertThat(fail("username=alice", "password-file=" + file)).contains("etcd.discovery.password-file",
				file.toString(), "no password");
	}

	@Test
	void passwordFileWithoutUserIsNamed() {
		assertThat(fail("password-file=/some/file")).contains("etcd.discovery.password-file", "/some/file",
				"etcd.discovery.username");
	}

	@Test
	void credentialsInAnEndpointAreRefusedAndNotShown() {
		assertThat(fail("endpoints=http://alice:" + SECRET + "@localhost:2379")).contains("etcd.discovery.endpoints")
			.doesNotContain(SECRET);
	}

	@ParameterizedTest
	@ValueSource(strings = { "format=kitex", "prefix=a/b" })
	void formatAndPrefixExcludeLayouts(String setting) {
		assertThat(fail(setting, "layouts[0].format=kitex"))
			.contains("etcd.discovery." + setting.substring(0, setting.indexOf('=')), "etcd.discovery.layouts");
	}

	@Test
	void theSameLayoutTwiceIsNamed() {
		assertThat(fail("layouts[0].format=kitex", "layouts[1].format=kitex")).contains("etcd.discovery.layouts[1]",
				"twice");
	}

	@Test
	void layoutsOfWhichNoneDiscoversAreNamed() {
		assertThat(fail("layouts[0].format=kitex", "layouts[0].discover=false")).contains("etcd.discovery.layouts",
				"none of them discovers");
	}

	@Test
	void plaintextEndpointsWithTlsAreRefused() {
		assertThat(fail("endpoints=http://localhost:2379", "tls.ca-file=" + EtcdCertificates.shared().ca()))
			.contains("etcd.discovery.endpoints", "http://localhost:2379");
	}

	@ParameterizedTest
	@CsvSource({ "cert-file,key-file", "key-file,cert-file" })
	void halfAKeyPairIsNamed(String given, String missing) {
		assertThat(fail("tls.ca-file=/ca", "tls." + given + "=/some/file")).contains("etcd.discovery.tls." + given,
				"/some/file", "etcd.discovery.tls." + missing);
	}

	@Test
	void aKeyPairWithoutAnAuthorityIsNamed() {
		assertThat(fail("tls.cert-file=/cert", "tls.key-file=/key")).contains("etcd.discovery.tls.cert-file",
				"etcd.discovery.tls.ca-file");
	}

	@Test
	void anUnreadableCertificateIsNamed() throws IOException {
		Path file = Files.writeString(this.folder.resolve("ca.pem"), "no certificate " + SECRET);
		assertThat(fail("tls.ca-file=" + file)).contains("etcd.discovery.tls.ca-file", file.toString())
			.doesNotContain(SECRET);
	}

	@Test
	void anUnreadableKeyIsNamedAndNotQuoted() throws IOException {
		EtcdCertificates certificates = EtcdCertificates.shared();
		Path file = Files.writeString(this.folder.resolve("key.pem"),
				"-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n-----END PRIVATE KEY-----\n");
		assertThat(fail("endpoints=localhost:2379", "tls.ca-file=" + certificates.ca(),
				"tls.cert-file=" + certificates.client("alice").certificate(), "tls.key-file=" + file))
			.contains("etcd.discovery.tls.key-file", file.toString())
			.doesNotContain(SECRET);
	}

	@Test
	void aKeyThatDoesNotBelongToTheCertificateIsNamed() {
		EtcdCertificates certificates = EtcdCertificates.shared();
		assertThat(fail("endpoints=localhost:2379", "tls.ca-file=" + certificates.ca(),
				"tls.cert-file=" + certificates.client("alice").certificate(),
				"tls.key-file=" + certificates.client("bob").key()))
			.contains("etcd.discovery.tls.key-file", certificates.client("bob").key().toString(),
					"etcd.discovery.tls.cert-file");
	}

	@Test
	void filesAndBundleExcludeEachOther() {
		assertThat(fail("tls.ca-file=/ca", "ssl.bundle=etcd")).contains("etcd.discovery.ssl.bundle",
				"etcd.discovery.tls");
	}

	@ParameterizedTest
	@ValueSource(strings = { "pem.mine.truststore.certificate=/does/not/exist.pem",
			"pem.mine.truststore.certificate=" + SECRET,
			"pem.mine.keystore.private-key=-----BEGIN PRIVATE KEY-----" + SECRET,
			"jks.mine.truststore.location=/does/not/exist.p12" })
	void aBundleThatCannotBeUsedIsNamedAndNotQuoted(String bundle) {
		Contexts.client()
			.withPropertyValues("etcd.discovery.endpoints=localhost:2379", "etcd.discovery.ssl.bundle=mine",
					"spring.ssl.bundle." + bundle)
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("etcd.discovery.ssl.bundle", "'mine'")
					.doesNotContain(SECRET);
				assertThat(analysis.getAction()).contains("etcd.discovery.ssl.bundle");
				assertThat(analysis.getCause()).isInstanceOf(InvalidEtcdPropertyException.class)
					.extracting(Throwable::getCause)
					.isNull();
			});
	}

	@Test
	void aBundleOfConnectionDetailsThatCannotBeUsedIsSaidToBeTheirs() {
		Contexts.client()
			.withBean("mine", EtcdConnectionDetails.class, WithUnusableBundle::new)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("SSL bundle")
				.hasStackTraceContaining(WithUnusableBundle.class.getName()));
	}

	@Test
	void registrationWithoutServiceNameIsRefusedWhenItIsWanted() {
		Contexts.bare()
			.withPropertyValues("etcd.discovery.registration.enabled=true")
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.contains("etcd.discovery.registration.enabled", "spring.application.name"));
	}

	@Test
	void registrationWithoutPortIsRefusedWhenItIsWanted() {
		assertThat(fail("registration.enabled=true")).contains("etcd.discovery.registration.enabled",
				"etcd.discovery.registration.port");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "/" })
	void aServiceNameThatTheFormatCannotCarryIsNamed(String name) {
		assertThat(fail("service-name=" + name, "registration.port=8080")).contains("etcd.discovery.service-name",
				"'" + name + "'", "kitex");
		Contexts.bare()
			.withPropertyValues("spring.application.name=" + name, "etcd.discovery.registration.port=8080")
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.contains("spring.application.name", "'" + name + "'"));
	}

	@ParameterizedTest
	@CsvSource({ "ip-address, 0.0.0.0", "ip-address, nonsense host", "hostname, a_b c", "ip-address, ::" })
	void anAddressThatNobodyCanReachIsNamed(String property, String value) {
		assertThat(fail("registration." + property + "=" + value, "registration.port=8080"))
			.contains("etcd.discovery.registration." + property, "'" + value + "'");
	}

	@ParameterizedTest
	@CsvSource({ "KITEX_PORT_TO_REGISTRY, 99999", "KITEX_PORT_TO_REGISTRY, http", "KITEX_IP_TO_REGISTRY, not a host" })
	void aVariableThatIsNoAddressIsNamed(String variable, String value) {
		Contexts.client()
			.withPropertyValues(variable + "=" + value)
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription()).contains(variable,
					value));
	}

	@Test
	void metadataThatNoReaderAcceptsIsNamedWithoutItsValue() {
		String value = SECRET + "x".repeat(2_000_000);
		assertThat(fail("registration.metadata.note=" + value, "registration.port=8080"))
			.contains("etcd.discovery.registration.metadata", "note")
			.doesNotContain(SECRET);
	}

	private static String fail(String... settings) {
		String[] properties = Arrays.stream(settings)
			.map((setting) -> "etcd.discovery." + setting)
			.toArray(String[]::new);
		StringBuilder message = new StringBuilder();
		Contexts.client().withPropertyValues(properties).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			message.append(analysis.getDescription()).append('\n').append(analysis.getAction());
		});
		return message.toString();
	}

	/** The way Boot asks its analyzers: the first that knows the failure wins. */
	private static FailureAnalysis analyze(Throwable failure) {
		FailureAnalysis analysis = Analyses.of(failure);
		assertThat(analysis).as("analysis of %s", failure).isNotNull();
		if (analysis.getCause() instanceof InvalidEtcdPropertyException) {
			assertThat(analysis.getAction()).startsWith("Correct ");
		}
		return analysis;
	}

	private static final class WithUnusableBundle implements EtcdConnectionDetails {

		@Override
		public List<String> getEndpoints() {
			return List.of("localhost:2379");
		}

		@Override
		public SslBundle getSslBundle() {
			return SslBundle.of(new PemSslStoreBundle((PemSslStoreDetails) null,
					PemSslStoreDetails.forCertificate("/does/not/exist.pem")));
		}

	}

}
