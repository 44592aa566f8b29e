package io.github.etcddiscovery.samples.user;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A salted PBKDF2 hash of a password. It carries its own cost, so that a later, higher
 * setting leaves stored users valid.
 *
 * @param iterations rounds
 * @param salt random, one per hash, as hexadecimal digits
 * @param hash the derived key, as hexadecimal digits
 */
record PasswordHash(int iterations, String salt, String hash) {

	private static final String ALGORITHM = "PBKDF2WithHmacSHA512";

	private static final int SALT_BYTES = 16;

	private static final int HASH_BITS = 256;

	private static final HexFormat HEX = HexFormat.of();

	private static final SecureRandom RANDOM = new SecureRandom();

	static PasswordHash of(String password, int iterations) {
		byte[] salt = new byte[SALT_BYTES];
		RANDOM.nextBytes(salt);
		return new PasswordHash(iterations, HEX.formatHex(salt), HEX.formatHex(derive(password, salt, iterations)));
	}

	boolean matches(String password) {
		// Constant time: how much of a guess is right must not show in how long we take.
		byte[] salt = HEX.parseHex(this.salt);
		return MessageDigest.isEqual(HEX.parseHex(this.hash), derive(password, salt, this.iterations));
	}

	private static byte[] derive(String password, byte[] salt, int iterations) {
		PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
		try {
			return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec).getEncoded();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This JDK has no " + ALGORITHM, ex);
		}
		finally {
			spec.clearPassword();
		}
	}

	@Override
	public String toString() {
		return "PasswordHash[iterations=" + this.iterations + "]";
	}

}
