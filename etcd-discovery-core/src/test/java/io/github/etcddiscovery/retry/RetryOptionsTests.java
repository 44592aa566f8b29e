package io.github.etcddiscovery.retry;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RetryOptionsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void defaultsAreKitexs() {
		assertThat(RetryOptions.defaults()).isEqualTo(
				new RetryOptions(5, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(30), false));
	}

	@Test
	void etcdThatDoesNotAnswerIsTriedEvery5SecondsAtLeast() {
		assertThat(RetryOptions.defaults().unanswered(Duration.ofHours(1)))
			.isEqualTo(Backoff.fullJitter(Duration.ofMillis(200), Duration.ofSeconds(5)));
	}

	@Test
	void leastOfTheBoundsCounts() {
		RetryOptions options = new RetryOptions(5, Duration.ofMillis(200), Duration.ofSeconds(3), SECOND, false);
		assertThat(options.unanswered(Duration.ofHours(1)).max()).isEqualTo(Duration.ofSeconds(3));
		assertThat(options.unanswered(SECOND).max()).isEqualTo(SECOND);
		assertThat(options.unanswered(Duration.ofMillis(100)).initial()).isEqualTo(Duration.ofMillis(100));
	}

	@Test
	void refusalIsAnsweredFromRetryDelayToObserveDelay() {
		assertThat(RetryOptions.defaults().refused())
			.isEqualTo(Backoff.steady(Duration.ofSeconds(10), Duration.ofSeconds(30)));
	}

	@Test
	void namesWhatItRefuses() {
		refuses("maxAttemptTimes", -1, SECOND, SECOND, SECOND);
		refuses("initialDelay", 5, Duration.ZERO, SECOND, SECOND);
		refuses("retryDelay", 5, SECOND, Duration.ZERO, SECOND);
		refuses("observeDelay", 5, SECOND, SECOND, SECOND.negated());
	}

	private static void refuses(String name, int attempts, Duration initial, Duration retry, Duration observe) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetryOptions(attempts, initial, retry, observe, false))
			.withMessageStartingWith(name);
	}

}
