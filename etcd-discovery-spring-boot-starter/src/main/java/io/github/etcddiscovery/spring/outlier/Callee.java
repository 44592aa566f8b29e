package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.DiscoveredInstance;
import org.jspecify.annotations.Nullable;

/**
 * What the calls to one address have shown. Many threads may call the same instance at
 * once: what each call would write is counted in stripes, or written once in a
 * millisecond.
 */
final class Callee {

	/** No time is kept more precisely. */
	private static final long GRAIN = Duration.ofMillis(1).toNanos();

	private static final int MAX_DEPTH = 20;

	/** So many calls that have begun and not ended are enough to tell, after so long. */
	private static final int MANY = 5;

	private static final long STUCK = Duration.ofSeconds(10).toNanos();

	private static final long LONG_AGO = Duration.ofDays(1).toNanos();

	private final String host;

	private final int port;

	private static final AtomicReferenceFieldUpdater<Callee, Standing> STANDING = AtomicReferenceFieldUpdater
		.newUpdater(Callee.class, Standing.class, "standing");

	private static final AtomicReferenceFieldUpdater<Callee, Failures> FAILURES = AtomicReferenceFieldUpdater
		.newUpdater(Callee.class, Failures.class, "failures");

	private volatile Standing standing = Standing.UNTRIED;

	private volatile Failures failures = Failures.NONE;

	/** Calls that began, without those that have ended again meanwhile. */
	private final LongAdder begun = new LongAdder();

	private volatile long begunAtLastEnd;

	private volatile long lastEnded;

	private volatile long lastAnswered;

	private volatile long lastWell;

	/** Seen by the one thread that looks whether it is stuck. */
	private boolean many;

	private long manySince;

	private long lookedAt;

	/** The registration at this address that was written last, as far as lists show. */
	private volatile @Nullable DiscoveredInstance registration;

	private volatile long lastListed;

	private volatile String lastThrown = "";

	/** Whether the probe has been asked and not answered yet. */
	private final AtomicBoolean asked = new AtomicBoolean();

	private volatile long lastAsked;

	Callee(String host, int port, long now) {
		this.host = host;
		this.port = port;
		this.lastListed = now;
		this.lastEnded = now - LONG_AGO;
		this.lastAnswered = now - LONG_AGO;
		this.lastWell = now - LONG_AGO;
		this.lastAsked = now - LONG_AGO;
		this.lookedAt = now;
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
		}
		while (!STANDING.compareAndSet(this, before, after));
		return !after.equals(before);
	}

	/** A list shows a registration at this address. */
	void show(DiscoveredInstance shown) {
		DiscoveredInstance known = this.registration;
		if (known == null || known.writtenAt() == DiscoveredInstance.NOT_YOUNG
				|| shown.wasWrittenAfter(known.writtenAt())) {
			this.registration = shown;
		}
	}

	/** Tells whether somebody has registered at this address since then. */
	boolean wasRegisteredAfter(long time) {
		DiscoveredInstance known = this.registration;
		return known != null && known.wasWrittenAfter(time);
	}

	/** Notes that a list holds this address, or held it until now. */
	void list(long time) {
		if (time - this.lastListed > 0) {
			this.lastListed = time;
		}
	}

	boolean wasListedWithin(Duration time, long now) {
		return now - this.lastListed < time.toNanos();
	}

	void begin() {
		this.begun.increment();
	}

	/** A call failed in the caller, as if it had never begun. */
	void forget(long startedAt) {
		if (startedAt - this.lastEnded >= 0) {
			this.begun.decrement();
		}
	}

	/** A call has ended, whatever its outcome. */
	void end(long startedAt, long now) {
		long last = this.lastEnded;
		if (now - last >= GRAIN) {
			this.begunAtLastEnd = this.begun.sum();
			this.lastEnded = now;
		}
		else if (startedAt - last >= 0) {
			this.begun.decrement();
		}
	}

	/** Those that have begun do not count any more. */
	void startCountingAnew(long now) {
		this.begunAtLastEnd = this.begun.sum();
		this.lastEnded = now;
	}

	/**
	 * Looks whether calls begin and none ends. For one thread, again and again.
	 * @return whether it has been so for long enough; then {@link #manySince()} says
	 * since when
	 */
	boolean isStuck(long now) {
		if (this.many && wasRegisteredAfter(this.manySince)) {
			startCountingAnew(now);
		}
		boolean before = this.many && this.lastEnded - this.manySince <= 0;
		this.many = this.begun.sum() - this.begunAtLastEnd >= MANY;
		if (this.many && !before) {
			this.manySince = (this.lastEnded - this.lookedAt > 0) ? this.lastEnded : this.lookedAt;
		}
		this.lookedAt = now;
		return this.many && now - this.manySince >= STUCK;
	}

	/** Returns since when many calls have been open and none has ended. */
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

	void endRow() {
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

	@Override
	public String toString() {
		return address();
	}

}
