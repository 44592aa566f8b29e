package io.github.etcddiscovery.retry;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BackoffTests {

	/** No luck at all: the whole delay. */
	private static final RandomGenerator LONGEST = () -> 0;

	/** All the luck there is: the least delay. */
	private static final RandomGenerator SHORTEST = () -> -1;

	private static final Duration INITIAL = Duration.ofMillis(200);

	private static final Duration MAX = Duration.ofSeconds(5);

	@ParameterizedTest
	@CsvSource({ "-1, 200", "0, 200", "1, 200", "2, 400", "3, 800", "4, 1600", "5, 3200", "6, 5000", "7, 5000",
			"1000, 5000", "2147483647, 5000" })
	void doublesUpToTheGreatest(int attempts, long millis) {
		assertThat(Backoff.fullJitter(INITIAL, MAX).delay(attempts, LONGEST)).isEqualTo(Duration.ofMillis(millis));
	}

	@Test
	void doesNotOverflowWithAnyDelay() {
		Backoff slow = Backoff.fullJitter(Duration.ofDays(10_000), Duration.ofDays(100_000));
		assertThat(slow.delay(Integer.MAX_VALUE, LONGEST)).isEqualTo(Duration.ofDays(100_000));
	}

	@Test
	void fullJitterIsAnywhereBetweenNothingAndTheWhole() {
		Backoff backoff = Backoff.fullJitter(INITIAL, MAX);
		assertThat(backoff.delay(1, SHORTEST)).isLessThan(Duration.ofMillis(1));
		SplittableRandom random = new SplittableRandom(1);
		LongSummaryStatistics millis = IntStream.range(0, 10_000)
			.mapToLong((i) -> backoff.delay(3, random).toMillis())
			.summaryStatistics();
		assertThat(millis.getMin()).isBetween(0L, 20L);
		assertThat(millis.getMax()).isBetween(780L, 800L);
		assertThat(millis.getAverage()).isBetween(380.0, 420.0);
	}

	@Test
	void steadyLeavesLittleToChance() {
		Backoff backoff = Backoff.steady(Duration.ofSeconds(10), Duration.ofSeconds(30));
		assertThat(backoff.delay(1, LONGEST)).isEqualTo(Duration.ofSeconds(10));
		assertThat(backoff.delay(1, SHORTEST)).isBetween(Duration.ofSeconds(9), Duration.ofMillis(9001));
		assertThat(backoff.delay(3, SHORTEST)).isBetween(Duration.ofSeconds(27), Duration.ofMillis(27_001));
	}

	@Test
	void initialDelayIsNeverAboveTheGreatest() {
		assertThat(Backoff.fullJitter(INITIAL.multipliedBy(100), INITIAL).initial()).isEqualTo(INITIAL);
	}

	@Test
	void refusesDelaysOfNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> Backoff.fullJitter(Duration.ZERO, MAX));
		assertThatIllegalArgumentException().isThrownBy(() -> Backoff.fullJitter(INITIAL, Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> Backoff.steady(INITIAL.negated(), MAX));
		assertThatIllegalArgumentException().isThrownBy(() -> Backoff.steady(INITIAL, MAX.negated()))
			.withMessageContaining("above zero");
	}

	@ParameterizedTest
	@ValueSource(doubles = { -0.1, 1.1, Double.NaN })
	void refusesJitterThatIsNoPart(double jitter) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(INITIAL, MAX, jitter))
			.withMessageContaining("jitter");
	}

}
