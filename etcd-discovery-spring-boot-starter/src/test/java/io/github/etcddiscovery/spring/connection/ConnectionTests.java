package io.github.etcddiscovery.spring.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.TlsManagers;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.EtcdConnectionProperties;
import io.github.etcddiscovery.spring.autoconfigure.EtcdClientAutoConfiguration;
import io.github.etcddiscovery.test.tls.EtcdCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionTests {

	@TempDir
	private Path folder;

	@Test
	void aPasswordFileIsReadAgainAtEachLogin() throws IOException {
		Path file = Files.writeString(this.folder.resolve("password"), "old\n");
		run((details, settings) -> {
			assertThat(settings.credentials()).isNotNull();
			assertThat(settings.credentials().get().password()).isEqualTo("old");
			write(file, "new");
			assertThat(settings.credentials().get().password()).isEqualTo("new");
			assertThat(settings.credentials().get().username()).isEqualTo("alice");
		}, "username=alice", "password-file=" + file);
	}

	@Test
	void thereAreNoCredentialsWithoutAUser() {
		run((details, settings) -> assertThat(settings.credentials()).isNull(), "order=1");
	}

	@Test
	void thereIsNoTlsWithoutSettings() {
		run((details, settings) -> assertThat(settings.tls()).isNull(), "order=1");
	}

	@Test
	void managersStayTheSameUntilAFileChanges() throws IOException {
		EtcdCertificates first = EtcdCertificates.shared();
		EtcdCertificates second = EtcdCertificates.foreign();
		Path ca = Files.copy(first.ca(), this.folder.resolve("ca.pem"));
		run((details, settings) -> {
			assertThat(settings.tls()).isNotNull();
			TlsManagers managers = settings.tls().get();
			assertThat(settings.tls().get()).isSameAs(managers);
			copy(second.ca(), ca);
			assertThat(settings.tls().get()).isNotSameAs(managers);
		}, "endpoints=localhost:2379", "tls.ca-file=" + ca);
	}

	@Test
	void aFileThatBecomesUnreadableLeavesTheLastGoodOneInUse() throws IOException {
		Path ca = Files.copy(EtcdCertificates.shared().ca(), this.folder.resolve("ca.pem"));
		run((details, settings) -> {
			TlsManagers managers = settings.tls().get();
			write(ca, "half a certif");
			assertThat(settings.tls().get()).isSameAs(managers);
			delete(ca);
			assertThat(settings.tls().get()).isSameAs(managers);
			copy(EtcdCertificates.foreign().ca(), ca);
			assertThat(settings.tls().get()).isNotSameAs(managers);
		}, "endpoints=localhost:2379", "tls.ca-file=" + ca);
	}

	@Test
	void halfOfARotatedPairLeavesTheLastGoodOneInUse() throws IOException {
		EtcdCertificates certificates = EtcdCertificates.shared();
		EtcdCertificates rotated = EtcdCertificates.foreign();
		Path cert = Files.copy(certificates.client("alice").certificate(), this.folder.resolve("cert.pem"));
		Path key = Files.copy(certificates.client("alice").key(), this.folder.resolve("key.pem"));
		run((details, settings) -> {
			TlsManagers managers = settings.tls().get();
			copy(rotated.client("alice").certificate(), cert);
			assertThat(settings.tls().get()).isSameAs(managers);
			copy(rotated.client("alice").key(), key);
			assertThat(settings.tls().get()).isNotSameAs(managers);
		}, "endpoints=localhost:2379", "tls.ca-file=" + certificates.ca(), "tls.cert-file=" + cert,
				"tls.key-file=" + key);
	}

	@Test
	void allThreeFilesMakeMutualTls() {
		EtcdCertificates certificates = EtcdCertificates.shared();
		run((details, settings) -> {
			SslBundle bundle = details.getSslBundle();
			assertThat(bundle).isNotNull();
			assertThat(bundle.getStores().getKeyStore()).isNotNull();
			assertThat(bundle.getStores().getTrustStore()).isNotNull();
			assertThat(settings.tls().get().keyManagers()).isNotNull();
		}, "endpoints=https://localhost:2379", "tls.ca-file=" + certificates.ca(),
				"tls.cert-file=" + certificates.client("alice").certificate(),
				"tls.key-file=" + certificates.client("alice").key());
	}

	@Test
	void aBundleThatIsUpdatedIsUsed() {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("etcd", bundle(EtcdCertificates.shared()));
		PropertiesEtcdConnectionDetails details = new PropertiesEtcdConnectionDetails(
				properties(null, new EtcdConnectionProperties.Ssl("etcd")), bundles);
		BundleManagers managers = new BundleManagers(details);
		TlsManagers before = managers.get();
		assertThat(managers.get()).isSameAs(before);
		SslBundle updated = bundle(EtcdCertificates.foreign());
		bundles.updateBundle("etcd", updated);
		assertThat(details.getSslBundle()).isSameAs(updated);
		assertThat(managers.get()).isNotSameAs(before);
	}

	@Test
	void anUpdateThatCannotBeUsedLeavesTheLastGoodBundleInUse() {
		SslBundle good = bundle(EtcdCertificates.shared());
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("etcd", good);
		NamedBundle named = new NamedBundle("etcd", bundles);
		bundles.updateBundle("etcd", SslBundle.of(new PemSslStoreBundle((PemSslStoreDetails) null,
				PemSslStoreDetails.forCertificate("/does/not/exist.pem"))));
		assertThat(named.bundle()).isSameAs(good);
		SslBundle better = bundle(EtcdCertificates.foreign());
		bundles.updateBundle("etcd", better);
		assertThat(named.bundle()).isSameAs(better);
	}

	@Test
	void aBundleOfBootIsFoundByName() {
		run((details, settings) -> assertThat(details.getSslBundle()).isNotNull(), "endpoints=localhost:2379",
				"ssl.bundle=mine", "x=y");
	}

	@Test
	void propertiesShowNoPassword() {
		assertThat(properties("s3cret", new EtcdConnectionProperties.Ssl(null))).asString()
			.contains("alice")
			.doesNotContain("s3cret");
	}

	@Test
	void connectionDetailsOfTheUserAreAskedAtEachLogin() {
		Rotating details = new Rotating();
		EtcdClientSettings settings = ClientSettings.of(details,
				properties(null, new EtcdConnectionProperties.Ssl(null)));
		assertThat(settings.credentials().get().password()).isEqualTo("p1");
		assertThat(settings.credentials().get().password()).isEqualTo("p2");
	}

	private static EtcdConnectionProperties properties(String password, EtcdConnectionProperties.Ssl ssl) {
		return new EtcdConnectionProperties(List.of("localhost:2379"), (password != null) ? "alice" : null, password,
				null, java.time.Duration.ofSeconds(1), java.time.Duration.ofSeconds(1),
				new EtcdConnectionProperties.Tls(null, null, null), ssl, null, false, java.time.Duration.ofSeconds(1));
	}

	private static SslBundle bundle(EtcdCertificates certificates) {
		return SslBundle.of(new PemSslStoreBundle((PemSslStoreDetails) null,
				PemSslStoreDetails.forCertificate(certificates.ca().toUri().toString())));
	}

	private static void run(Check check, String... settings) {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, EtcdClientAutoConfiguration.class))
			.withPropertyValues("etcd.discovery.endpoints=http://127.0.0.1:1",
					"spring.ssl.bundle.pem.mine.truststore.certificate=" + EtcdCertificates.shared().ca().toUri());
		for (String setting : settings) {
			runner = runner.withPropertyValues("etcd.discovery." + setting);
		}
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			EtcdConnectionDetails details = context.getBean(EtcdConnectionDetails.class);
			check.accept(details, context.getBean(EtcdClientSettings.class));
		});
	}

	private static void write(Path file, String content) {
		try {
			Files.writeString(file, content);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void copy(Path from, Path to) {
		try {
			Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void delete(Path file) {
		try {
			Files.delete(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@FunctionalInterface
	private interface Check {

		void accept(EtcdConnectionDetails details, EtcdClientSettings settings);

	}

	private static final class Rotating implements EtcdConnectionDetails {

		private int asked;

		@Override
		public List<String> getEndpoints() {
			return List.of("localhost:2379");
		}

		@Override
		public String getUsername() {
			return "alice";
		}

		@Override
		public String getPassword() {
			this.asked++;
			return "p" + this.asked;
		}

	}

}
