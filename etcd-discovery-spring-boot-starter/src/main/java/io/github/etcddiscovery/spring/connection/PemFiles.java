package io.github.etcddiscovery.spring.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

import io.github.etcddiscovery.spring.EtcdConnectionProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.util.ResourceUtils;

/**
 * The SSL bundle of the files under {@code etcd.discovery.tls}, read again each time it
 * is asked for. Files that have become unreadable, as in the middle of a rotation, leave
 * the last good bundle in use.
 */
final class PemFiles {

	private static final String PREFIX = "etcd.discovery.tls.";

	private static final Logger log = LoggerFactory.getLogger(PemFiles.class);

	private final String caFile;

	private final EtcdConnectionProperties.Tls files;

	private volatile Loaded loaded;

	private volatile @Nullable String problem;

	/**
	 * Reads the files.
	 * @param caFile file with the authorities
	 * @param files all files
	 * @throws InvalidEtcdPropertyException if one cannot be read or is no PEM file
	 */
	PemFiles(String caFile, EtcdConnectionProperties.Tls files) {
		this.caFile = caFile;
		this.files = files;
		this.loaded = load(read());
	}

	/** The same object until a file has changed. */
	SslBundle bundle() {
		try {
			List<String> contents = read();
			if (!contents.equals(this.loaded.contents)) {
				this.loaded = load(contents);
				log.info("The files under {}* have changed and are used from now on", PREFIX);
			}
			this.problem = null;
		}
		catch (InvalidEtcdPropertyException ex) {
			if (!String.valueOf(ex.getMessage()).equals(this.problem)) {
				this.problem = ex.getMessage();
				log.warn("A changed file cannot be used, going on with the last good one: {}", ex.getMessage());
			}
		}
		return this.loaded.bundle;
	}

	private List<String> read() {
		String certFile = this.files.certFile();
		String keyFile = this.files.keyFile();
		String authorities = read("ca-file", this.caFile);
		return (certFile == null || keyFile == null) ? List.of(authorities)
				: List.of(authorities, read("cert-file", certFile), read("key-file", keyFile));
	}

	private static String read(String name, String file) {
		try {
			return Files.readString(ResourceUtils.getFile(file).toPath(), StandardCharsets.UTF_8);
		}
		catch (IOException | RuntimeException ex) {
			throw new InvalidEtcdPropertyException(PREFIX + name, file, "cannot be read ("
					+ ex.getClass().getSimpleName() + "; expected: a file that this process may read)", ex);
		}
	}

	private Loaded load(List<String> contents) {
		PemSslStore trust = store("ca-file", this.caFile, new PemSslStoreDetails(null, contents.get(0), null));
		if (contents.size() == 1) {
			return new Loaded(contents, SslBundle.of(new PemSslStoreBundle((PemSslStore) null, trust)));
		}
		// One by one first: an error is to name the right file.
		store("cert-file", this.files.certFile(), new PemSslStoreDetails(null, contents.get(1), null));
		requireNotEncrypted(contents.get(2));
		store("key-file", this.files.keyFile(), new PemSslStoreDetails(null, contents.get(1), contents.get(2)));
		return new Loaded(contents, pair(contents));
	}

	private void requireNotEncrypted(String key) {
		if (key.contains("BEGIN ENCRYPTED") || key.contains("4,ENCRYPTED")) {
			throw new InvalidEtcdPropertyException(PREFIX + "key-file", this.files.keyFile(),
					"is encrypted (expected: a key that is not; for one that is, etcd.discovery.ssl.bundle with its "
							+ "password)");
		}
	}

	/** In the middle of a rotation the key can be another certificate's. */
	private SslBundle pair(List<String> contents) {
		PemSslBundleProperties properties = new PemSslBundleProperties();
		properties.getTruststore().setCertificate(contents.get(0));
		properties.getKeystore().setCertificate(contents.get(1));
		properties.getKeystore().setPrivateKey(contents.get(2));
		properties.getKeystore().setVerifyKeys(true);
		try {
			return PropertiesSslBundle.get(properties);
		}
		catch (IllegalStateException ex) {
			throw new InvalidEtcdPropertyException(PREFIX + "key-file", this.files.keyFile(),
					"does not belong to the certificate in " + PREFIX
							+ "cert-file (expected: the private key of that one)");
		}
	}

	/**
	 * Causes are left out: a parser's message can quote what it could not read, a key for
	 * example.
	 */
	private static PemSslStore store(String name, @Nullable String file, PemSslStoreDetails details) {
		PemSslStore store = parse(details);
		if (store == null) {
			throw new InvalidEtcdPropertyException(PREFIX + name, file,
					"holds nothing usable in PEM format (expected: BEGIN CERTIFICATE, or BEGIN PRIVATE KEY where it is a key)");
		}
		return store;
	}

	/** Parsing is lazy, so everything is asked for; null where it cannot be had. */
	private static @Nullable PemSslStore parse(PemSslStoreDetails details) {
		try {
			PemSslStore store = PemSslStore.load(details);
			if (store == null || store.certificates() == null || store.certificates().isEmpty()) {
				return null;
			}
			return (details.privateKey() == null || store.privateKey() != null) ? store : null;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	private record Loaded(List<String> contents, SslBundle bundle) {

	}

}
