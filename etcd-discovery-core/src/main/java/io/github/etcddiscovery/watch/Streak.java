package io.github.etcddiscovery.watch;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.retry.RetryOptions;
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

	private int attempts;

	/** Attempts of the streak that ended in the same way as the last one. */
	private int alike;

	private boolean refused;

	private boolean warned;

	Streak(KeyRange range, WatchOptions options) {
		this.range = range;
		this.options = options;
	}

	/**
	 * Counts an attempt.
	 * @param now time of the loop
	 * @return how long to wait for the next one
	 */
	Duration failed(EtcdDiscoveryException cause, long now) {
		boolean nowRefused = cause.kind().refused();
		this.alike = (nowRefused == this.refused) ? this.alike + 1 : 1;
		this.refused = nowRefused;
		this.attempts++;
		RetryOptions retry = this.options.retry();
		Duration delay = retry.backoff(nowRefused, retry.retryDelay()).delay(this.alike, this.options.random());
		if (this.attempts == 1 && this.options.warnings().allows(this.range, cause.kind(), now)) {
			this.warned = true;
			logger.warn("Cannot follow {}: {}; what is known of it stays known, trying again until it works",
					this.range, cause.getMessage());
		}
		else {
			logger.debug("Cannot follow {}, attempt {}: {}; next attempt in {} ms", this.range, this.attempts,
					cause.getMessage(), delay.toMillis());
		}
		return delay;
	}

	/** A watch has stayed confirmed for long enough to believe in it. */
	void end() {
		if (this.warned) {
			logger.info("Following {} again, after {} failed attempts", this.range, this.attempts);
		}
		this.attempts = 0;
		this.alike = 0;
		this.warned = false;
	}

}
