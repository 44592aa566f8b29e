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

	private final RangeWatches shared;

	private final FailedAttempts failures;

	private boolean warned;

	Streak(KeyRange range, RangeWatches shared) {
		this.range = range;
		this.shared = shared;
		this.failures = new FailedAttempts(shared.retry(), shared.random());
	}

	/**
	 * Counts an attempt.
	 * @return how long to wait for the next one
	 */
	Duration failed(EtcdDiscoveryException cause) {
		Duration delay = this.failures.add(cause.kind().refused(), this.shared.retry().retryDelay());
		if (this.failures.count() == 1 && this.shared.mayWarn(this.range, cause.kind())) {
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
