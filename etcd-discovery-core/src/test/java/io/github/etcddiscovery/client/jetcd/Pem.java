package io.github.etcddiscovery.client.jetcd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import io.github.etcddiscovery.client.TlsManagers;
import io.github.etcddiscovery.test.tls.PemFiles;
import org.jspecify.annotations.Nullable;

/** Makes TLS settings of PEM files with EC keys. */
final class Pem {

	private static final char[] NO_PASSWORD = new char[0];

	private Pem() {
	}

	static TlsManagers managers(Path ca, @Nullable PemFiles own) {
		try {
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			KeyStore trusted = empty();
			trusted.setCertificateEntry("ca", certificate(ca));
			trust.init(trusted);
			return new TlsManagers((own != null) ? keyManagers(own) : null, trust);
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new AssertionError("cannot read " + ca + " and " + own, ex);
		}
	}

	private static KeyManagerFactory keyManagers(PemFiles own) throws IOException, GeneralSecurityException {
		String pem = Files.readString(own.key(), StandardCharsets.US_ASCII).replaceAll("-----[^-]*-----|\\s", "");
		PrivateKey key = KeyFactory.getInstance("EC")
			.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
		KeyStore store = empty();
		store.setKeyEntry("own", key, NO_PASSWORD, new Certificate[] { certificate(own.certificate()) });
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(store, NO_PASSWORD);
		return keys;
	}

	private static Certificate certificate(Path file) throws IOException, GeneralSecurityException {
		return CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
	}

	private static KeyStore empty() throws IOException, GeneralSecurityException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		return store;
	}

}
