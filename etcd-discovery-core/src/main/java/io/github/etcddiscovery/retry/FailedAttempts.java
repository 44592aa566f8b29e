package io.github.etcddiscovery.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Attempts that have failed since the last success, and how long to wait for the next.
 * The delay grows with those that ended in the same way only: a refusal after a long
 * outage is the first of its kind. Not thread-safe. Not part of the API that users write
 * against; may change.
 */
public final class FailedAttempts {

	private final RetryOptions options;

	private final RandomGenerator random;

	private int count;

	/** How many of the last ones ended in the same way. */
	private int alike;

	private boolean refused;

	/**
	 * Begins with none.
	 * @param options the delays
	 * @param random where jitter is taken from
	 */
	public FailedAttempts(RetryOptions options, RandomGenerator random) {
		this.options = options;
		this.random = random;
	}

	/**
	 * Counts one.
	 * @param refused whether etcd has answered, and refused
	 * @param limit greatest delay where it has not answered, besides {@code retryDelay}
	 * and 5 s
	 * @return how long to wait for the next one
	 */
	public Duration add(boolean refused, Duration limit) {
		this.alike = (refused == this.refused) ? this.alike + 1 : 1;
		this.refused = refused;
		this.count++;
		Backoff backoff = refused ? this.options.refused() : this.options.unanswered(limit);
		return backoff.delay(this.alike, this.random);
	}

	/**
	 * Returns how many have failed.
	 * @return the number since the last success
	 */
	public int count() {
		return this.count;
	}

	/** An attempt has had success. */
	public void clear() {
		this.count = 0;
		this.alike = 0;
	}

}
