package io.github.etcddiscovery.test.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class JwtKeysTests {

	@TempDir
	private Path temp;

	@Test
	void theFlagNamesBothKeysTheMethodAndTheLife() throws IOException {
		assertThat(JwtKeys.flag(this.temp, Duration.ofMinutes(2)))
			.isEqualTo("jwt,pub-key=" + this.temp.resolve("jwt.pub.pem") + ",priv-key="
					+ this.temp.resolve("jwt.key.pem") + ",sign-method=RS256,ttl=120s");
	}

	@Test
	void whatTheOneKeySignsTheOtherAccepts() throws Exception {
		JwtKeys.flag(this.temp, Duration.ofSeconds(1));
		KeyFactory keys = KeyFactory.getInstance("RSA");
		Signature signature = Signature.getInstance("SHA256withRSA");
		signature.initSign(keys.generatePrivate(
				new PKCS8EncodedKeySpec(EtcdCertificatesTests.der(this.temp.resolve("jwt.key.pem"), "PRIVATE KEY"))));
		byte[] signed = signature.sign();
		signature.initVerify(keys.generatePublic(
				new X509EncodedKeySpec(EtcdCertificatesTests.der(this.temp.resolve("jwt.pub.pem"), "PUBLIC KEY"))));
		assertThat(signature.verify(signed)).isTrue();
	}

	@Test
	void aFolderThatIsNotThereIsAnError() {
		assertThatIOException().isThrownBy(() -> JwtKeys.flag(this.temp.resolve("absent"), Duration.ofSeconds(1)))
			.withMessageContaining("absent");
	}

}
