package io.github.etcddiscovery.client.jetcd;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** When a revision that etcd was known to have reached counts as applied. */
class LagTests {

	private static final long NONE = -1;

	private final Lag lag = new Lag();

	@Test
	void aMarkIsAppliedWithAnEventAtItsRevision() {
		this.lag.mark(10, 1);
		apply(9, 2, true);
		assertThat(this.lag.oldest(NONE)).isEqualTo(1);
		apply(10, 3, true);
		assertThat(this.lag.isEmpty()).isTrue();
	}

	@Test
	void whatWasAppliedBeforeItIsKnownIsNoMark() {
		apply(10, 1, true);
		this.lag.mark(10, 2);
		assertThat(this.lag.oldest(NONE)).isEqualTo(NONE);
	}

	@Test
	void theOldestMarkThatIsNotAppliedCounts() {
		this.lag.mark(10, 1);
		this.lag.mark(20, 2);
		apply(15, 3, true);
		assertThat(this.lag.oldest(NONE)).isEqualTo(2);
	}

	@Test
	void ofWatchesThatShareAStreamTheOneThatIsBehindCounts() {
		this.lag.mark(10, millis(0));
		apply(12, millis(100), false);
		assertThat(this.lag.oldest(NONE)).as("another watch may be behind").isEqualTo(millis(0));
		apply(5, millis(400), false);
		this.lag.settle(false, millis(600));
		assertThat(this.lag.isEmpty()).as("one was").isFalse();
		this.lag.settle(false, millis(900));
		assertThat(this.lag.isEmpty()).isTrue();
	}

	@Test
	void aStreamThatHasNothingMoreToTellHasNoMarks() {
		this.lag.mark(10, 1);
		this.lag.caughtUp();
		assertThat(this.lag.oldest(NONE)).isEqualTo(NONE);
	}

	private void apply(long revision, long now, boolean alone) {
		this.lag.applied(revision, revision, now);
		this.lag.settle(alone, now);
	}

	private static long millis(long millis) {
		return TimeUnit.MILLISECONDS.toNanos(millis);
	}

}
