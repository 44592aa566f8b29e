package io.github.etcddiscovery.spring.outlier;

/**
 * Failures of the second kind in a row. Immutable.
 *
 * @param row how many
 * @param timedOut whether one of them was a read time-out
 * @param timedOutSent when the call was sent that timed out; of no meaning where none did
 * @param lastSent when the call was sent that failed last
 */
record Failures(int row, boolean timedOut, long timedOutSent, long lastSent) {

	static final Failures NONE = new Failures(0, false, 0, 0);

	/** One more, whatever it was. */
	Failures andOne(long sent) {
		return new Failures(this.row + 1, this.timedOut, this.timedOutSent, sent);
	}

	/** One more, which was a read time-out. */
	Failures andTimeOut(long sent, long lastAnswered) {
		return hasTimedOutSince(lastAnswered) ? andOne(sent) : new Failures(this.row + 1, true, sent, sent);
	}

	/** Tells whether a call timed out that was sent after the last answer. */
	boolean hasTimedOutSince(long lastAnswered) {
		return this.timedOut && this.timedOutSent - lastAnswered >= 0;
	}

}
