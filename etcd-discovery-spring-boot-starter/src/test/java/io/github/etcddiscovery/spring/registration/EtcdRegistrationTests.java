package io.github.etcddiscovery.spring.registration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class EtcdRegistrationTests {

	@Test
	void anAddressThatIsNotKnownYetIsSaidToBeSo() {
		EtcdRegistration registration = new EtcdRegistration("echo");
		assertThat(registration.getPort()).isZero();
		assertThat(registration.getMetadata()).isEmpty();
		assertThat(registration.getInstanceId()).isNull();
		assertThat(registration).asString().contains("echo");
		assertThatIllegalStateException().isThrownBy(registration::getHost).withMessageContaining("echo");
	}

}
