package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.retry.FailedAttempts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts that ended one after the other: how long to wait, and one line in the log for
 * each kind of failure and one when it is over.
 */
final class Streak {

	private static final Logger logger = LoggerFactory.getLogger(RangeWatch.class);

	private final KeyRange range;

	private final RangeWatches shared;

	private final FailedAttempts failures;

	/** Each kind of failure is told once: a refusal after an outage is another matter. */
	private final Set<Kind> warned = EnumSet.noneOf(Kind.class);

	Streak(KeyRange range, RangeWatches shared) {
		this.range = range;
		this.shared = shared;
		this.failures = new FailedAttempts(shared.retry(), shared.random());
	}

	/**
	 * Counts an attempt.
	 * @param cause why it ended
	 * @return how long to wait for the next one
	 */
	Duration failed(EtcdDiscoveryException cause) {
		return this.failures.add(cause.kind().refused(), this.shared.retry().retryDelay());
	}

	/**
	 * Says that an attempt has ended.
	 * @param cause why
	 * @param known whether the range was listed before
	 */
	void log(EtcdDiscoveryException cause, boolean known) {
		if (!this.warned.contains(cause.kind()) && this.shared.mayWarn(this, cause.kind())) {
			this.warned.add(cause.kind());
			logger.warn("{}. {} {}; trying again until it works", cause.getMessage(),
					known ? "What is known stays known of" : "Nothing has been read yet of", this.range);
		}
		else {
			logger.debug("Cannot follow {}, attempt {}: {}", this.range, this.failures.count(), cause.getMessage());
		}
		this.shared.notFollowed(this);
	}

	/**
	 * Tells whether a failure was warned of that goes on, and can be the failure of all
	 * other ranges too: permissions are of single ranges.
	 */
	boolean speaksForAll(Kind kind) {
		return kind != Kind.PERMISSION_DENIED && this.warned.contains(kind);
	}

	/** Nobody wants to know any more. */
	void close() {
		this.warned.clear();
		this.shared.notFollowed(this);
	}

	/** A watch has stayed confirmed for long enough to believe in it. */
	void end() {
		if (!this.warned.isEmpty()) {
			logger.info("Following {} again, after {} failed attempts", this.range, this.failures.count());
		}
		this.failures.clear();
		this.warned.clear();
		this.shared.followed(this);
	}

}
