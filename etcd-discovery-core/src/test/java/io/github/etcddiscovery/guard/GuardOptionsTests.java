package io.github.etcddiscovery.guard;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class GuardOptionsTests {

	@Test
	void theDefaultsAreHalfOfAServiceThreeInstancesAndTwiceTheTtl() {
		assertThat(GuardOptions.defaults())
			.isEqualTo(new GuardOptions(true, 50, 3, Duration.ofSeconds(15), Duration.ofSeconds(30), true));
		assertThat(GuardOptions.off().enabled()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "0, 3, 15, 30, threshold: 0", "101, 3, 15, 30, threshold: 101", "50, 0, 15, 30, minInstances: 0",
			"50, 3, 0, 30, ttl", "50, 3, 15, -1, hold" })
	void whatCannotBeRightIsRefused(int threshold, int least, int ttl, int hold, String message) {
		assertThatIllegalArgumentException().isThrownBy(
				() -> new GuardOptions(true, threshold, least, Duration.ofSeconds(ttl), Duration.ofSeconds(hold), true))
			.withMessageContaining(message);
	}

}
