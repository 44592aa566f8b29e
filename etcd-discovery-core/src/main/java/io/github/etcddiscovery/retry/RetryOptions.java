package io.github.etcddiscovery.retry;

import java.time.Duration;

import io.github.etcddiscovery.Durations;

/**
 * When to try again, for registry and resolver alike. The names and defaults are those of
 * Kitex's {@code registry-etcd} where it has them.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param maxAttemptTimes consecutive failed attempts after which a registration shows
 * FAILED; 0 for never (Kitex: WithMaxAttemptTimes)
 * @param initialDelay first delay after an attempt without answer
 * @param retryDelay greatest delay after an attempt without answer, though never above 5
 * s, and first delay after a refusal (Kitex: WithRetryDelay)
 * @param observeDelay how often a registry asks which keys its lease has and what stands
 * under its own, and greatest delay after a refusal (Kitex: WithObserveDelay)
 * @param stopWhenExhausted whether a registration that shows FAILED gives up, as Kitex
 * does, or goes on
 */
public record RetryOptions(int maxAttemptTimes, Duration initialDelay, Duration retryDelay, Duration observeDelay,
		boolean stopWhenExhausted) {

	/**
	 * An etcd that is back must see us again within 6 s, so no delay may be longer than
	 * this.
	 */
	private static final Duration MAX_DELAY = Duration.ofSeconds(5);

	/**
	 * Checks.
	 * @throws IllegalArgumentException if the number of attempts is below 0 or a delay
	 * not above zero
	 */
	public RetryOptions {
		if (maxAttemptTimes < 0) {
			throw new IllegalArgumentException("maxAttemptTimes: " + maxAttemptTimes + " (expected: 0 or more)");
		}
		initialDelay = Durations.positive("initialDelay", initialDelay);
		retryDelay = Durations.positive("retryDelay", retryDelay);
		observeDelay = Durations.positive("observeDelay", observeDelay);
	}

	/**
	 * Returns the defaults: 5 attempts shown, 200 ms, 10 s, 30 s, never giving up.
	 * @return the defaults
	 */
	public static RetryOptions defaults() {
		return new RetryOptions(5, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(30), false);
	}

	/**
	 * Returns the delays for an etcd that does not answer.
	 * @param limit an upper bound of the caller's, besides {@code retryDelay} and 5 s
	 * @return full jitter from {@code initialDelay} to the least of the three
	 */
	Backoff unanswered(Duration limit) {
		return Backoff.fullJitter(this.initialDelay, least(least(limit, this.retryDelay), MAX_DELAY));
	}

	/**
	 * Returns the delays for an etcd that answers and refuses.
	 * @return from {@code retryDelay} to {@code observeDelay}
	 */
	Backoff refused() {
		return Backoff.steady(this.retryDelay, this.observeDelay);
	}

	private static Duration least(Duration a, Duration b) {
		return (a.compareTo(b) < 0) ? a : b;
	}

}
