package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.DiscoveredInstance;
import org.jspecify.annotations.Nullable;

/**
 * What the calls to one address have shown. Any thread.
 */
final class Callee {

	/** No time of an answer is kept more precisely, so that few of them are written. */
	private static final long GRAIN = Duration.ofMillis(1).toNanos();

	private static final int MAX_DEPTH = 20;

	/** So many calls that have begun and not ended are enough to tell, after so long. */
	private static final int MANY = 5;

	private static final long STUCK = Duration.ofSeconds(10).toNanos();

	private static final long LONG_AGO = Duration.ofDays(1).toNanos();

	private static final AtomicReferenceFieldUpdater<Callee, Standing> STANDING = AtomicReferenceFieldUpdater
		.newUpdater(Callee.class, Standing.class, "standing");

	private static final AtomicReferenceFieldUpdater<Callee, Failures> FAILURES = AtomicReferenceFieldUpdater
		.newUpdater(Callee.class, Failures.class, "failures");

	private static final AtomicReferenceFieldUpdater<Callee, DiscoveredInstance> REGISTRATION = AtomicReferenceFieldUpdater
		.newUpdater(Callee.class, DiscoveredInstance.class, "registration");

	private static final AtomicIntegerFieldUpdater<Callee> BEGUN = AtomicIntegerFieldUpdater.newUpdater(Callee.class,
			"begun");

	private final String host;

	private final int port;

	private volatile Standing standing = Standing.UNTRIED;

	private volatile Failures failures = Failures.NONE;

	/** How many calls have begun since one has ended last. */
	private volatile int begun;

	/** When the call began that made them many. */
	private volatile long manySince;

	private volatile long lastAnswered;

	private volatile long lastWell;

	/** The registration at this address that was written last, as far as lists show. */
	private volatile @Nullable DiscoveredInstance registration;

	private volatile long lastListed;

	private volatile String lastThrown = "";

	/** Whether the probe has been asked and not answered yet. */
	private final AtomicBoolean asked = new AtomicBoolean();

	private volatile long lastAsked;

	private volatile long lastMissed;

	Callee(String host, int port, long now) {
		this.host = host;
		this.port = port;
		this.lastListed = now;
		this.lastAnswered = now - LONG_AGO;
		this.lastWell = now - LONG_AGO;
		this.lastAsked = now - LONG_AGO;
		this.lastMissed = now - LONG_AGO;
	}

	String host() {
		return this.host;
	}

	int port() {
		return this.port;
	}

	/** Returns host and port, an IPv6 host in brackets. */
	String address() {
		return Instance.address(this.host, this.port);
	}

	Standing standing() {
		return this.standing;
	}

	/**
	 * Takes one step, unless somebody else has taken one to the same end.
	 * @param step makes the next standing of the present one, without side effects
	 * @return whether this is another standing than before
	 */
	boolean step(UnaryOperator<Standing> step) {
		Standing before;
		Standing after;
		do {
			before = this.standing;
			after = step.apply(before);
			if (after.equals(before)) {
				return false;
			}
		}
		while (!STANDING.compareAndSet(this, before, after));
		return true;
	}

	/** A list shows a registration at this address. */
	void show(DiscoveredInstance shown) {
		REGISTRATION.accumulateAndGet(this, shown, Callee::newer);
	}

	private static DiscoveredInstance newer(@Nullable DiscoveredInstance known, DiscoveredInstance shown) {
		boolean isNewer = known == null || known.writtenAt() == DiscoveredInstance.NOT_YOUNG
				|| shown.wasWrittenAfter(known.writtenAt());
		return (known == null || isNewer) ? shown : known;
	}

	/** Tells whether somebody has registered at this address since then. */
	boolean wasRegisteredAfter(long time) {
		DiscoveredInstance known = this.registration;
		return known != null && known.wasWrittenAfter(time);
	}

	/**
	 * Judges whoever has registered here since the last ejection or return as if nothing
	 * had been.
	 * @return whether somebody has
	 */
	boolean startAnewIfRegistered() {
		boolean anew = step((standing) -> (standing.isUntried() || !wasRegisteredAfter(standing.since())) ? standing
				: Standing.UNTRIED);
		if (anew) {
			startCountingAnew();
		}
		return anew;
	}

	/** What has begun or failed until now counts no more. */
	void startCountingAnew() {
		end();
		endRow();
	}

	/** Notes that a list holds this address. */
	void list(long now) {
		this.lastListed = now;
	}

	/** Notes that a call went here though no list holds this address. */
	void miss(long now) {
		this.lastMissed = now;
	}

	boolean wasMissedWithin(Duration time, long now) {
		return now - this.lastMissed < time.toNanos();
	}

	boolean wasListedWithin(Duration time, long now) {
		return now - this.lastListed < time.toNanos();
	}

	/** A call begins. The time comes first: who sees that they are many sees it too. */
	void begin(long startedAt) {
		if (this.begun < MANY) {
			this.manySince = startedAt;
		}
		BEGUN.incrementAndGet(this);
	}

	/** A call failed in the caller, as if it had never begun. */
	void neverBegan() {
		BEGUN.updateAndGet(this, (begun) -> Math.max(0, begun - 1));
	}

	/** A call has ended, whatever its outcome. */
	void end() {
		if (this.begun != 0) {
			this.begun = 0;
		}
	}

	/** Tells whether many calls have been open for long enough and none has ended. */
	boolean isStuck(long now) {
		if (wasRegisteredAfter(this.manySince)) {
			end();
		}
		return this.begun >= MANY && now - this.manySince >= STUCK;
	}

	/** Returns since when many calls have been open, where they are. */
	long manySince() {
		return this.manySince;
	}

	/** It has answered something, which ends a row. */
	void answer(long now) {
		noteAnswer(now);
		endRow();
	}

	/** It has answered something that may count against it. */
	void noteAnswer(long now) {
		if (now - this.lastAnswered >= GRAIN) {
			this.lastAnswered = now;
		}
	}

	void noteWell(long now) {
		if (now - this.lastWell >= GRAIN) {
			this.lastWell = now;
		}
	}

	boolean hasAnsweredSince(long time) {
		return this.lastAnswered - time >= 0;
	}

	boolean wasWellWithin(Duration time, long now) {
		return now - this.lastWell <= time.toNanos();
	}

	/**
	 * Counts a failure of the second kind.
	 * @return how many that makes in a row
	 */
	int fail(long sent) {
		return FAILURES.updateAndGet(this, (row) -> current(row).andOne(sent)).row();
	}

	/**
	 * Counts a read time-out.
	 * @param enough so many failures in a row are enough
	 * @return whether it was enough, because of those before it, or because it is the
	 * second one and nothing was answered since the first was sent
	 */
	boolean timeOut(long sent, int enough) {
		long answered = this.lastAnswered;
		Failures before = current(FAILURES.getAndUpdate(this, (row) -> current(row).andTimeOut(sent, answered)));
		return before.row() + 1 >= enough || (before.hasTimedOutSince(answered) && sent - answered >= 0);
	}

	/** Failures of a registration that has been replaced count no more. */
	private Failures current(Failures row) {
		return wasRegisteredAfter(row.lastSent()) ? Failures.NONE : row;
	}

	private void endRow() {
		// Not written at each call.
		if (this.failures.row() > 0) {
			this.failures = Failures.NONE;
		}
	}

	/** What was thrown last, for the log: its type, as a message can hold anything. */
	void noteThrown(@Nullable Throwable thrown) {
		Throwable root = thrown;
		for (int depth = 0; root != null && root.getCause() != null && depth < MAX_DEPTH; depth++) {
			root = root.getCause();
		}
		this.lastThrown = (root != null) ? " (" + root.getClass().getSimpleName() + ")" : "";
	}

	String lastThrown() {
		return this.lastThrown;
	}

	/**
	 * Begins to ask the probe.
	 * @return false where it is being asked already, or was less than the given time ago
	 */
	boolean ask(long now, Duration pause) {
		boolean begins = now - this.lastAsked >= pause.toNanos() && this.asked.compareAndSet(false, true);
		if (begins) {
			this.lastAsked = now;
		}
		return begins;
	}

	void noteAnswerOfProbe() {
		this.asked.set(false);
	}

}
