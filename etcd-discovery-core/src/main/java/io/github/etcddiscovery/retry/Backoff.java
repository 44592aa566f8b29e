package io.github.etcddiscovery.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A growing, jittered delay. Immutable.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param initial delay after the first failed attempt, before jitter
 * @param max what the delay grows to, doubling from attempt to attempt
 * @param jitter which part of the delay is left to chance, 0 to 1: with 1 it lies
 * anywhere between nothing and the whole, so that clients that failed together do not
 * come back together (Google, AWS: "full jitter")
 */
public record Backoff(Duration initial, Duration max, double jitter) {

	/** Beyond this many doublings every delay is past any maximum that makes sense. */
	private static final int MAX_DOUBLINGS = 30;

	/**
	 * Checks, and lowers the initial delay to the greatest.
	 * @throws IllegalArgumentException if a delay is not above zero or the jitter not
	 * within 0 to 1
	 */
	public Backoff {
		if (initial.isNegative() || initial.isZero() || max.isNegative() || max.isZero()) {
			throw new IllegalArgumentException("delays: " + initial + ", " + max + " (expected: above zero)");
		}
		if (!(jitter >= 0 && jitter <= 1)) {
			throw new IllegalArgumentException("jitter: " + jitter + " (expected: 0 to 1)");
		}
		initial = (initial.compareTo(max) > 0) ? max : initial;
	}

	/**
	 * For a server that does not answer: full jitter.
	 * @param initial delay after the first failed attempt, before jitter
	 * @param max what the delay grows to
	 * @return the backoff
	 */
	public static Backoff fullJitter(Duration initial, Duration max) {
		return new Backoff(initial, max, 1);
	}

	/**
	 * For a server that answers and refuses: little is left to chance, because nothing is
	 * won by asking early.
	 * @param initial delay after the first failed attempt
	 * @param max what the delay grows to
	 * @return the backoff
	 */
	public static Backoff steady(Duration initial, Duration max) {
		return new Backoff(initial, max, 0.1);
	}

	/**
	 * Returns how long to wait.
	 * @param attempts how many attempts have failed since the last success, at least 1
	 * @param random where the jitter is taken from
	 * @return the delay, at most {@code max}
	 */
	public Duration delay(int attempts, RandomGenerator random) {
		int doublings = Math.min(Math.max(attempts - 1, 0), MAX_DOUBLINGS);
		double grown = (double) this.initial.toNanos() * (1L << doublings);
		double nanos = Math.min(grown, (double) this.max.toNanos());
		return Duration.ofNanos((long) (nanos * (1 - this.jitter * random.nextDouble())));
	}

}
