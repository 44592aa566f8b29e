package io.github.etcddiscovery.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailedAttemptsTests {

	private static final Duration LIMIT = Duration.ofHours(1);

	/** No jitter: every delay is as long as it can be. */
	private final RandomGenerator none = () -> 0;

	private final FailedAttempts failures = new FailedAttempts(RetryOptions.defaults(), this.none);

	@Test
	void theDelayDoublesWhileThereIsNoAnswer() {
		assertThat(millis(false, false, false, false, false, false, false)).containsExactly(200, 400, 800, 1_600, 3_200,
				5_000, 5_000);
		assertThat(this.failures.count()).isEqualTo(7);
	}

	@Test
	void refusalsBeginAtTheRetryDelayAndGrowToTheObserveDelay() {
		assertThat(millis(true, true, true, true)).containsExactly(10_000, 20_000, 30_000, 30_000);
	}

	@Test
	void whatEndsInAnotherWayThanTheLastIsTheFirstOfItsKind() {
		assertThat(millis(false, false, false, true, true, false, true)).containsExactly(200, 400, 800, 10_000, 20_000,
				200, 10_000);
		assertThat(this.failures.count()).as("but all are counted").isEqualTo(7);
	}

	@Test
	void theLimitIsForTheCaseWithoutAnAnswerOnly() {
		millis(false, false, false, false);
		assertThat(this.failures.add(false, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
		assertThat(this.failures.add(true, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void aSuccessIsTheEndOfAllOfThem() {
		millis(true, true, false, false);
		this.failures.clear();
		assertThat(this.failures.count()).isZero();
		assertThat(millis(false)).containsExactly(200);
		this.failures.clear();
		assertThat(millis(true)).containsExactly(10_000);
	}

	private int[] millis(boolean... refusals) {
		int[] millis = new int[refusals.length];
		for (int i = 0; i < refusals.length; i++) {
			millis[i] = (int) this.failures.add(refusals[i], LIMIT).toMillis();
		}
		return millis;
	}

}
