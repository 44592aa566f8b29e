package io.github.etcddiscovery.spring.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import io.github.etcddiscovery.test.tls.EtcdCertificates;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Logins and certificates that cannot be right stop the start, and nothing of them is
 * shown.
 */
class InvalidSecretTests {

	private static final String SECRET = "s3cret-canary";

	@TempDir
	private Path folder;

	@Test
	void noPasswordIsShown() {
		assertThat(FailedStart.with("password=" + SECRET))
			.contains("etcd.discovery.password", "etcd.discovery.username")
			.doesNotContain(SECRET);
	}

	@Test
	void passwordAndPasswordFileExcludeEachOther() throws IOException {
		Path file = Files.writeString(this.folder.resolve("password"), SECRET);
		assertThat(FailedStart.with("username=alice", "password=" + SECRET, "password-file=" + file))
			.contains("etcd.discovery.password-file", file.toString())
			.doesNotContain(SECRET);
	}

	@Test
	void missingPasswordFileIsNamed() {
		assertThat(FailedStart.with("username=alice", "password-file=/does/not/exist"))
			.contains("etcd.discovery.password-file", "/does/not/exist");
	}

	@Test
	void emptyPasswordFileIsNamed() throws IOException {
		Path file = Files.writeString(this.folder.resolve("password"), "\n");
		assertThat(FailedStart.with("username=alice", "password-file=" + file)).contains("etcd.discovery.password-file",
				file.toString(), "no password");
	}

	@Test
	void passwordFileWithoutUserIsNamed() {
		assertThat(FailedStart.with("password-file=/some/file")).contains("etcd.discovery.password-file", "/some/file",
				"etcd.discovery.username");
	}

	@Test
	void credentialsInAnEndpointAreRefusedAndNotShown() {
		assertThat(FailedStart.with("endpoints=http://alice:" + SECRET + "@localhost:2379"))
			.contains("etcd.discovery.endpoints")
			.doesNotContain(SECRET);
	}

	@Test
	void plaintextEndpointsWithTlsAreRefused() {
		assertThat(FailedStart.with("endpoints=http://localhost:2379", "tls.ca-file=" + EtcdCertificates.shared().ca()))
			.contains("etcd.discovery.endpoints", "http://localhost:2379");
	}

	@ParameterizedTest
	@CsvSource({ "cert-file,key-file", "key-file,cert-file" })
	void halfAKeyPairIsNamed(String given, String missing) {
		assertThat(FailedStart.with("tls.ca-file=/ca", "tls." + given + "=/some/file"))
			.contains("etcd.discovery.tls." + given, "/some/file", "etcd.discovery.tls." + missing);
	}

	@Test
	void aKeyPairWithoutAnAuthorityIsNamed() {
		assertThat(FailedStart.with("tls.cert-file=/cert", "tls.key-file=/key"))
			.contains("etcd.discovery.tls.cert-file", "etcd.discovery.tls.ca-file");
	}

	@Test
	void anUnreadableCertificateIsNamed() throws IOException {
		Path file = Files.writeString(this.folder.resolve("ca.pem"), "no certificate " + SECRET);
		assertThat(FailedStart.with("tls.ca-file=" + file)).contains("etcd.discovery.tls.ca-file", file.toString())
			.doesNotContain(SECRET);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
			"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n" })
	void aKeyThatIsEncryptedIsSaidToBeWithTheWayOut(String head) throws IOException {
		EtcdCertificates certificates = EtcdCertificates.shared();
		Path file = Files.writeString(this.folder.resolve("encrypted.pem"), head + SECRET);
		assertThat(FailedStart.with("endpoints=localhost:2379", "tls.ca-file=" + certificates.ca(),
				"tls.cert-file=" + certificates.client("alice").certificate(), "tls.key-file=" + file))
			.contains("etcd.discovery.tls.key-file", file.toString(), "is encrypted", "etcd.discovery.ssl.bundle")
			.doesNotContain(SECRET);
	}

	@Test
	void anUnreadableKeyIsNamedAndNotQuoted() throws IOException {
		EtcdCertificates certificates = EtcdCertificates.shared();
		Path file = Files.writeString(this.folder.resolve("key.pem"),
				"-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n-----END PRIVATE KEY-----\n");
		assertThat(FailedStart.with("endpoints=localhost:2379", "tls.ca-file=" + certificates.ca(),
				"tls.cert-file=" + certificates.client("alice").certificate(), "tls.key-file=" + file))
			.contains("etcd.discovery.tls.key-file", file.toString())
			.doesNotContain(SECRET);
	}

	/** Boot's bundles take PEM text where they take files, so it will be tried here. */
	@ParameterizedTest
	@CsvSource({ "tls.key-file", "tls.cert-file", "tls.ca-file", "password-file" })
	void textInPlaceOfAFileIsNotQuoted(String property) {
		for (String text : List.of("-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n-----END PRIVATE KEY-----\n",
				"base64:" + SECRET)) {
			ApplicationContextRunner application = Contexts.client()
				.withPropertyValues("etcd.discovery.username=alice", "etcd.discovery.tls.ca-file=/ca",
						"etcd.discovery.tls.cert-file=/cert", "etcd.discovery.tls.key-file=/key")
				.withPropertyValues("etcd.discovery." + property + "=" + text);
			assertThat(FailedStart.of(application)).contains("etcd.discovery." + property, "a file", "ssl.bundle")
				.doesNotContain(SECRET, "BEGIN");
			application.run((context) -> assertThat(context).getFailure()
				.satisfies((failure) -> assertThat(Throwables.getStackTrace(failure)).doesNotContain(SECRET)));
		}
	}

	@Test
	void aKeyThatDoesNotBelongToTheCertificateIsNamed() {
		EtcdCertificates certificates = EtcdCertificates.shared();
		assertThat(FailedStart.with("endpoints=localhost:2379", "tls.ca-file=" + certificates.ca(),
				"tls.cert-file=" + certificates.client("alice").certificate(),
				"tls.key-file=" + certificates.client("bob").key()))
			.contains("etcd.discovery.tls.key-file", certificates.client("bob").key().toString(),
					"etcd.discovery.tls.cert-file");
	}

	@Test
	void filesAndBundleExcludeEachOther() {
		assertThat(FailedStart.with("tls.ca-file=/ca", "ssl.bundle=etcd")).contains("etcd.discovery.ssl.bundle",
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
				FailureAnalysis analysis = FailedStart.analyze(context.getStartupFailure());
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
