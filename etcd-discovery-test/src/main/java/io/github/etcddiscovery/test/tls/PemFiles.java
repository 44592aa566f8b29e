package io.github.etcddiscovery.test.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate and its private key.
 *
 * @param certificate PEM file with the certificate, without its issuer
 * @param key PEM file with the unencrypted key in PKCS#8
 */
public record PemFiles(Path certificate, Path key) {

	/** Writes an entry of a key store as two files. */
	static PemFiles export(KeyStore store, String alias, char[] password, Path folder)
			throws IOException, GeneralSecurityException {
		return new PemFiles(exportCertificate(store, alias, folder),
				write(folder.resolve(alias + ".key.pem"), "PRIVATE KEY", store.getKey(alias, password)));
	}

	static Path exportCertificate(KeyStore store, String alias, Path folder)
			throws IOException, GeneralSecurityException {
		return write(folder.resolve(alias + ".pem"), "CERTIFICATE", store.getCertificate(alias).getEncoded());
	}

	static Path write(Path file, String kind, Key key) throws IOException {
		return write(file, kind, key.getEncoded());
	}

	private static Path write(Path file, String kind, byte[] der) throws IOException {
		String body = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(der);
		String pem = "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
		return Files.writeString(file, pem, StandardCharsets.US_ASCII);
	}

}
