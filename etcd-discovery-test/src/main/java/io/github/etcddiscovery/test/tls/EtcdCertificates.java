package io.github.etcddiscovery.test.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.binaries.Command;
import io.github.etcddiscovery.test.binaries.Folders;

/**
 * A certificate authority for tests and the certificates it issues, as PEM files. Keys
 * are EC P-256. The files are removed when the JVM ends. Thread-safe; each certificate
 * takes half a second the first time it is asked for and is remembered.
 */
public final class EtcdCertificates {

	private static final char[] PASSWORD = "changeit".toCharArray();

	private static final String CA = "ca";

	private static final List<String> LOOPBACK = List.of("dns:localhost", "ip:127.0.0.1", "ip:::1");

	/** In the past, so that a clock that is set back a little does no harm. */
	private static final List<String> VALID = List.of("-startdate", "-1d", "-validity", "3650");

	private static final List<String> EXPIRED = List.of("-startdate", "-2d", "-validity", "1");

	private final Map<String, PemFiles> issued = new ConcurrentHashMap<>();

	private final Path folder;

	private final Path ca;

	private EtcdCertificates(Path folder) {
		this.folder = folder;
		generate(CA, List.of("-dname", "CN=etcd-discovery test CA", "-ext", "bc:critical=ca:true", "-ext",
				"ku:critical=keyCertSign,cRLSign"), VALID);
		try {
			this.ca = PemFiles.exportCertificate(store(), CA, folder);
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException("cannot read what keytool made in " + folder, ex);
		}
	}

	/**
	 * Makes an authority that nothing else knows.
	 * @return the authority
	 * @throws IllegalStateException when the JDK's keytool fails
	 */
	public static EtcdCertificates create() {
		try {
			Path folder = Files.createTempDirectory("etcd-certificates");
			Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder)));
			return new EtcdCertificates(folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("cannot create a folder for certificates", ex);
		}
	}

	/**
	 * Gives the authority that clusters use unless told otherwise.
	 * @return one authority per JVM
	 */
	public static EtcdCertificates shared() {
		return Shared.AUTHORITY;
	}

	/**
	 * Gives an authority that no cluster trusts unless told to.
	 * @return one authority per JVM
	 */
	public static EtcdCertificates foreign() {
		return Foreign.AUTHORITY;
	}

	/**
	 * Names what has to be trusted.
	 * @return PEM file with the certificate of this authority
	 */
	public Path ca() {
		return this.ca;
	}

	/**
	 * Issues a server certificate for localhost, 127.0.0.1 and ::1.
	 * @return certificate and key
	 */
	public PemFiles server() {
		return issue("server", "localhost", LOOPBACK, VALID);
	}

	/**
	 * Issues a server certificate for other names only.
	 * @param names DNS names; with none of them being localhost, a client that verifies
	 * host names refuses it
	 * @return certificate and key
	 */
	public PemFiles serverFor(String... names) {
		return issue("server-" + String.join("-", names), names[0],
				Arrays.stream(names).map((name) -> "dns:" + name).toList(), VALID);
	}

	/**
	 * Issues a server certificate that ended yesterday.
	 * @return certificate and key
	 */
	public PemFiles expiredServer() {
		return issue("expired-server", "localhost", LOOPBACK, EXPIRED);
	}

	/**
	 * Issues a client certificate.
	 * @param commonName its subject, which etcd takes for the user's name
	 * @return certificate and key
	 */
	public PemFiles client(String commonName) {
		return issue("client-" + commonName, commonName, List.of(), VALID);
	}

	/**
	 * Issues a client certificate that ended yesterday.
	 * @param commonName its subject
	 * @return certificate and key
	 */
	public PemFiles expiredClient(String commonName) {
		return issue("expired-client-" + commonName, commonName, List.of(), EXPIRED);
	}

	private synchronized PemFiles issue(String what, String commonName, List<String> names, List<String> validity) {
		return this.issued.computeIfAbsent(what, (key) -> {
			List<String> subject = new ArrayList<>(
					List.of("-signer", CA, "-dname", "CN=" + commonName, "-ext", "ku:critical=digitalSignature"));
			// etcd's gateway presents the server's certificate as a client.
			subject.addAll(List.of("-ext", names.isEmpty() ? "eku=clientAuth" : "eku=serverAuth,clientAuth"));
			if (!names.isEmpty()) {
				subject.addAll(List.of("-ext", "san=" + String.join(",", names)));
			}
			// A number, because a key store ignores case and a file system dislikes some
			// names.
			String alias = "certificate-" + this.issued.size();
			generate(alias, subject, validity);
			return export(alias);
		});
	}

	private PemFiles export(String alias) {
		try {
			return PemFiles.export(store(), alias, PASSWORD, this.folder);
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException("cannot read what keytool made in " + this.folder, ex);
		}
	}

	private void generate(String alias, List<String> what, List<String> validity) {
		List<String> common = List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-genkeypair", "-keystore",
				keyStore().toString(), "-storetype", "PKCS12", "-storepass", new String(PASSWORD), "-alias", alias,
				"-keyalg", "EC", "-groupname", "secp256r1");
		String[] arguments = Stream.of(common, what, validity).flatMap(List::stream).toArray(String[]::new);
		try {
			Command.of(Path.of(System.getProperty("java.home"), "bin", "keytool"), arguments).runOk();
		}
		catch (IOException ex) {
			throw new IllegalStateException("cannot make the certificate " + alias + ": " + ex.getMessage(), ex);
		}
	}

	private Path keyStore() {
		return this.folder.resolve("keys.p12");
	}

	private KeyStore store() throws IOException, GeneralSecurityException {
		return KeyStore.getInstance(keyStore().toFile(), PASSWORD);
	}

	/** Made by whoever asks first, as the other one is: each takes a second. */
	private static final class Shared {

		private static final EtcdCertificates AUTHORITY = create();

	}

	private static final class Foreign {

		private static final EtcdCertificates AUTHORITY = create();

	}

}
