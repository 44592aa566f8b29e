package io.github.etcddiscovery.test.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/**
 * Keys with which etcd signs its tokens. May change, use it at your own risk.
 */
public final class JwtKeys {

	private JwtKeys() {
	}

	/**
	 * Makes keys and says how etcd is to use them.
	 * @param folder folder for the two files
	 * @param ttl life of a token, whole seconds
	 * @return value of etcd's flag {@code auth-token}
	 * @throws IOException when the files cannot be written
	 */
	public static String flag(Path folder, Duration ttl) throws IOException {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
			generator.initialize(2048);
			KeyPair pair = generator.generateKeyPair();
			Path publicKey = PemFiles.write(folder.resolve("jwt.pub.pem"), "PUBLIC KEY", pair.getPublic());
			Path privateKey = PemFiles.write(folder.resolve("jwt.key.pem"), "PRIVATE KEY", pair.getPrivate());
			return "jwt,pub-key=" + publicKey + ",priv-key=" + privateKey + ",sign-method=RS256,ttl=" + ttl.toSeconds()
					+ "s";
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has RSA", ex);
		}
	}

}
