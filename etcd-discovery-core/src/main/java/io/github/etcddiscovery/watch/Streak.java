package io.github.etcddiscovery.watch;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.retry.FailedAttempts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts that ended one after the other: how long to wait, and one line in the log for
 * the first of them and one when it is over.
 */
final class Streak {

	private static final Logger logger = LoggerFactory.getLogger(RangeWatch.class);

	private final KeyRange range;

	private final WatchOptions options;

	private final FailedAttempts failures;

	private boolean warned;

	Streak(KeyRange range, WatchOptions options) {
		this.range = range;
		this.options = options;
		this.failures = new FailedAttempts(options.retry(), options.random());
	}

	/**
	 * Counts an attempt.
	 * @param now time of the loop
	 * @return how long to wait for the next one
	 */
	Duration failed(EtcdDiscoveryException cause, long now) {
		Duration delay = this.failures.add(cause.kind().refused(), this.options.retry().retryDelay());
		if (this.failures.count() == 1 && this.options.warnings().allows(this.range, cause.kind(), now)) {
			this.warned = true;
			logger.warn("{}. What is known of {} stays known; trying again until it works", cause.getMessage(),
					this.range);
		}
		else {
			logger.debug("Cannot follow {}, attempt {}: {}; next attempt in {} ms", this.range, this.failures.count(),
					cause.getMessage(), delay.toMillis());
		}
		return delay;
	}

	/** A watch has stayed confirmed for long enough to believe in it. */
	void end() {
		if (this.warned) {
			logger.info("Following {} again, after {} failed attempts", this.range, this.failures.count());
		}
		this.failures.clear();
		this.warned = false;
	}

}
