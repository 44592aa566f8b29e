package io.github.etcddiscovery.test.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.binaries.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(120)
class EtcdCertificatesTests {

	private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

	private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

	private static final EtcdCertificates OURS = EtcdCertificates.shared();

	@TempDir
	private Path temp;

	@Test
	void theAuthorityMaySignAndItsCertificatesMayNot() throws Exception {
		X509Certificate ca = certificate(OURS.ca());
		ca.verify(ca.getPublicKey());
		assertThat(ca.getBasicConstraints()).isNotNegative();
		assertThat(certificate(OURS.server().certificate()).getBasicConstraints()).isNegative();
	}

	@Test
	void theServersCertificateIsForEveryNameOfLoopback() throws Exception {
		X509Certificate server = issuedBy(OURS, OURS.server());
		server.checkValidity();
		assertThat(names(server)).containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
		// etcd's gateway presents it as a client.
		assertThat(server.getExtendedKeyUsage()).containsExactlyInAnyOrder(SERVER_AUTH, CLIENT_AUTH);
	}

	@Test
	void aCertificateForOtherNamesIsForThoseOnly() throws Exception {
		X509Certificate server = issuedBy(OURS, OURS.serverFor("etcd.example.org", "etcd-1.example.org"));
		server.checkValidity();
		assertThat(names(server)).containsExactlyInAnyOrder("etcd.example.org", "etcd-1.example.org");
	}

	@Test
	void aClientIsNamedByItsSubjectAndIsNoServer() throws Exception {
		X509Certificate client = issuedBy(OURS, OURS.client("orders"));
		client.checkValidity();
		assertThat(client.getSubjectX500Principal().getName()).isEqualTo("CN=orders");
		assertThat(client.getExtendedKeyUsage()).containsExactly(CLIENT_AUTH);
		assertThat(names(client)).isEmpty();
	}

	@Test
	void whatHasExpiredIsGoodInEveryOtherWay() throws Exception {
		for (PemFiles expired : List.of(OURS.expiredServer(), OURS.expiredClient("orders"))) {
			X509Certificate certificate = issuedBy(OURS, expired);
			assertThatExceptionOfType(CertificateExpiredException.class).isThrownBy(certificate::checkValidity);
			certificate.checkValidity(Date.from(Instant.now().minusSeconds(36 * 3_600)));
		}
	}

	@Test
	void aClockThatIsSetBackALittleDoesNoHarm() throws Exception {
		Date anHourAgo = Date.from(Instant.now().minusSeconds(3_600));
		certificate(OURS.ca()).checkValidity(anHourAgo);
		certificate(OURS.server().certificate()).checkValidity(anHourAgo);
	}

	@Test
	void eachKeyBelongsToItsCertificate() throws Exception {
		for (PemFiles files : List.of(OURS.server(), OURS.client("orders"), OURS.client("pay"))) {
			Signature signature = Signature.getInstance("SHA256withECDSA");
			signature.initSign(key(files.key()));
			signature.update(new byte[] { 1, 2, 3 });
			byte[] signed = signature.sign();
			signature.initVerify(certificate(files.certificate()));
			signature.update(new byte[] { 1, 2, 3 });
			assertThat(signature.verify(signed)).isTrue();
		}
	}

	@Test
	void anotherAuthorityHasNothingInCommonButItsName() throws Exception {
		X509Certificate foreign = certificate(EtcdCertificates.foreign().client("orders").certificate());
		assertThatExceptionOfType(GeneralSecurityException.class)
			.isThrownBy(() -> foreign.verify(certificate(OURS.ca()).getPublicKey()));
		assertThat(EtcdCertificates.foreign()).isSameAs(EtcdCertificates.foreign()).isNotSameAs(OURS);
	}

	@Test
	void whatWasIssuedOnceIsGivenAgain() {
		assertThat(OURS.client("orders")).isEqualTo(OURS.client("orders"));
		assertThat(OURS.client("orders")).isNotEqualTo(OURS.expiredClient("orders"));
		assertThat(OURS.client("case")).isNotEqualTo(OURS.client("CASE"));
		assertThat(OURS.serverFor("a.example.org")).isNotEqualTo(OURS.serverFor("b.example.org"));
	}

	@Test
	void manyThreadsThatAskAtOnceGetOneCertificateEach() {
		List<CompletableFuture<PemFiles>> asked = Stream.of("t1", "t2", "t1", "t2", "t1")
			.map((name) -> CompletableFuture.supplyAsync(() -> OURS.client(name), OWN_THREADS))
			.toList();
		assertThat(asked.stream().map(CompletableFuture::join).distinct()).hasSize(2);
	}

	@Test
	void nothingIsLeftWhenTheJvmEnds() throws IOException {
		Command.Result result = Command
			.of(Path.of(System.getProperty("java.home"), "bin", "java"), "-cp", System.getProperty("java.class.path"),
					"-Djava.io.tmpdir=" + this.temp, Main.class.getName())
			.run();
		assertThat(result.out()).as(result.err()).startsWith(this.temp.toString());
		assertThat(this.temp).isEmptyDirectory();
	}

	private static X509Certificate issuedBy(EtcdCertificates authority, PemFiles files) throws Exception {
		X509Certificate certificate = certificate(files.certificate());
		certificate.verify(certificate(authority.ca()).getPublicKey());
		assertThat(certificate.getIssuerX500Principal())
			.isEqualTo(certificate(authority.ca()).getSubjectX500Principal());
		return certificate;
	}

	private static List<String> names(X509Certificate certificate) throws GeneralSecurityException {
		Collection<List<?>> names = certificate.getSubjectAlternativeNames();
		return (names == null) ? List.of() : names.stream().map((name) -> name.get(1).toString()).toList();
	}

	static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
		return (X509Certificate) CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
	}

	static byte[] der(Path file, String kind) throws IOException {
		String pem = Files.readString(file);
		assertThat(pem).startsWith("-----BEGIN " + kind + "-----\n").endsWith("\n-----END " + kind + "-----\n");
		assertThat(pem.lines()).allMatch((line) -> line.length() <= 64);
		return Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
	}

	private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
		return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der(file, "PRIVATE KEY")));
	}

	/** Asks for one certificate, and ends. */
	static final class Main {

		private Main() {
		}

		public static void main(String... arguments) {
			System.out.println(EtcdCertificates.create().server().certificate());
		}

	}

}
