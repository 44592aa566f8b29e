package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Whether an address may be chosen, and what ends it when it may not. Immutable: each
 * transition makes another one. Times are nanoseconds of one monotonic clock.
 *
 * <pre>
 * IN         a connection failed, or enough of the second kind     OUT
 * OUT        its time is over                                      OFFERED
 * OFFERED    a call begins                                         TRIED
 * TRIED      that call failed                                      OUT, for twice as long
 * TRIED      that call failed in the caller                        OFFERED
 * TRIED      that call has not ended when the time is over         OFFERED, next for twice as long
 * OUT, OFFERED, TRIED
 *            the probe was accepted, an answer was good            IN
 * any        ejected by hand                                       BY_HAND
 * any        given back by hand, registered anew                   IN, as if nothing had been
 * </pre>
 *
 * @param state whether it may be chosen
 * @param cause why it may not; null where it may
 * @param since when it was ejected, or came back
 * @param from when the wait began that goes on: at the ejection, or at the last trial
 * @param level how many times the wait is doubled; {@link #NEVER} where it was never
 * ejected
 * @param owed the same for what the probe cannot shorten, because it has failed again
 * after a return
 * @param probed whether the probe decides when it is back
 * @param refused whether the probe was refused when it asked last
 */
record Standing(State state, @Nullable Cause cause, long since, long from, int level, int owed, boolean probed,
		boolean refused) {

	/** Nothing is known of it. */
	static final Standing UNTRIED = new Standing(State.IN, null, 0, 0, Standing.NEVER, 0, false, false);

	private static final int NEVER = -1;

	/** Who fails again so soon after its return waits longer. */
	private static final long SOON = Duration.ofSeconds(30).toNanos();

	/** The longest wait, and when one whose probe keeps failing gets a call. */
	private static final long LONGEST = Duration.ofMinutes(5).toNanos();

	private static final int MAX_LEVEL = 20;

	/** Whether it may be chosen. */
	enum State {

		/** As any other. */
		IN,

		/** Not, until its wait is over. */
		OUT,

		/** For one call. */
		OFFERED,

		/** Not, because that one call is under way. */
		TRIED,

		/** Not, until somebody gives it back. */
		BY_HAND

	}

	boolean isIn() {
		return this.state == State.IN;
	}

	boolean isUntried() {
		return this.level == NEVER;
	}

	/** Tells whether it is out, but not by hand. */
	boolean mayComeBack() {
		return !isIn() && this.state != State.BY_HAND;
	}

	/**
	 * Tells whether a call began before the last ejection, or the last return, so that it
	 * says nothing of what has become of it since.
	 */
	boolean beganBefore(long startedAt) {
		return !isUntried() && startedAt - this.since <= 0;
	}

	/** Tells whether a call that began at a time is the one call that decides. */
	boolean isDecidedBy(long startedAt) {
		return this.state == State.TRIED && startedAt - this.from >= 0;
	}

	Standing eject(Cause cause, long now, boolean asked) {
		boolean again = !isUntried() && now - this.since <= SOON;
		int next = again ? higher() : 0;
		return new Standing(State.OUT, cause, now, now, next, next, asked, false);
	}

	Standing ejectByHand(long now) {
		return new Standing(State.BY_HAND, Cause.BY_HAND, now, now, 0, 0, false, false);
	}

	/**
	 * It is out already, and its connection fails too: from now on the probe decides. Who
	 * has failed again after a return has to wait all the same.
	 */
	Standing leaveToTheProbe(long now) {
		return new Standing(State.OUT, Cause.CONNECTION, this.since, now, this.level, this.owed, true, this.refused);
	}

	/** The one call failed. */
	Standing failAgain(Cause cause, long now) {
		return new Standing(State.OUT, cause, this.since, now, higher(), this.owed, false, false);
	}

	Standing comeBack(long now) {
		return new Standing(State.IN, null, now, now, this.level, this.owed, false, false);
	}

	Standing refused(boolean refused) {
		return (refused == this.refused) ? this : new Standing(this.state, this.cause, this.since, this.from,
				this.level, this.owed, this.probed, refused);
	}

	Standing begin(long startedAt) {
		return new Standing(State.TRIED, this.cause, this.since, startedAt, this.level, this.owed, this.probed,
				this.refused);
	}

	Standing offer(long now) {
		return new Standing(State.OFFERED, this.cause, this.since, now, this.level, this.owed, this.probed,
				this.refused);
	}

	/** What its wait makes of it. */
	Standing at(long now, Duration duration) {
		long wait = wait(duration, this.level);
		if (this.state == State.OUT && now - this.from >= (this.probed ? LONGEST : wait)) {
			return offer(now);
		}
		if (this.state == State.TRIED && now - this.from >= wait) {
			return new Standing(State.OFFERED, this.cause, this.since, now, higher(), this.owed, this.probed,
					this.refused);
		}
		return this;
	}

	/** Tells whether it is back when the probe is accepted now. */
	boolean isBackWhenAccepted(long now, Duration duration) {
		return this.probed
				&& (this.owed == 0 || this.state != State.OUT || now - this.from >= wait(duration, this.owed));
	}

	private static long wait(Duration duration, int level) {
		long longest = Math.max(LONGEST, duration.toNanos());
		return (duration.toNanos() > (longest >> level)) ? longest : duration.toNanos() << level;
	}

	private int higher() {
		return Math.min(this.level + 1, MAX_LEVEL);
	}

}
