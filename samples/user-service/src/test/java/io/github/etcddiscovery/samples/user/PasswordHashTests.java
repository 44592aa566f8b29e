package io.github.etcddiscovery.samples.user;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PasswordHashTests {

	private static final int ITERATIONS = 1000;

	@Test
	void matchesItsPasswordOnly() {
		PasswordHash hash = PasswordHash.of("correct horse", ITERATIONS);
		assertThat(hash.matches("correct horse")).isTrue();
		assertThat(hash.matches("correct horse ")).isFalse();
		assertThat(hash.matches("")).isFalse();
	}

	@Test
	void equalPasswordsHaveDifferentHashes() {
		PasswordHash one = PasswordHash.of("correct horse", ITERATIONS);
		PasswordHash other = PasswordHash.of("correct horse", ITERATIONS);
		assertThat(one.salt()).isNotEqualTo(other.salt());
		assertThat(one.hash()).isNotEqualTo(other.hash());
	}

	@Test
	void isThePublishedAlgorithm() {
		// Python: hashlib.pbkdf2_hmac("sha512", b"password", b"salt", 1000, 32).hex()
		PasswordHash hash = new PasswordHash(1000, "73616c74",
				"afe6c5530785b6cc6b1c6453384731bd5ee432ee549fd42fb6695779ad8a1c5b");
		assertThat(hash.matches("password")).isTrue();
	}

	@Test
	void showsNothingOfTheHash() {
		PasswordHash hash = PasswordHash.of("correct horse", ITERATIONS);
		assertThat(hash).asString().doesNotContain(hash.hash()).doesNotContain(hash.salt());
	}

}
