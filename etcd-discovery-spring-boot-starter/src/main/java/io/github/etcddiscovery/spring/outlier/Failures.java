package io.github.etcddiscovery.spring.outlier;

import org.jspecify.annotations.Nullable;

/**
 * Failures of the second kind in a row. Immutable.
 *
 * @param row how many
 * @param lastSent when the call was sent that failed last
 * @param timedOutSent when a call was sent that timed out; null where none did
 */
record Failures(int row, long lastSent, @Nullable Long timedOutSent) {

	static final Failures NONE = new Failures(0, 0, null);

	/** One more, whatever it was. */
	Failures andOne(long sent) {
		return new Failures(this.row + 1, sent, this.timedOutSent);
	}

	/** One more, which was a read time-out. */
	Failures andTimeOut(long sent, long lastAnswered) {
		return hasTimedOutSince(lastAnswered) ? andOne(sent) : new Failures(this.row + 1, sent, sent);
	}

	/** Tells whether a call timed out that was sent after the last answer. */
	boolean hasTimedOutSince(long lastAnswered) {
		return this.timedOutSent != null && this.timedOutSent - lastAnswered >= 0;
	}

}
