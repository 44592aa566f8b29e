package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How old what is shown is while etcd has more than can be applied: revisions that etcd
 * was known to have reached, and when. Such a mark is applied with an event at its
 * revision or above. Where several watches share the stream, one can be behind another:
 * then nothing up to it may have come for half a second.
 */
final class Lag {

	/** How often the revision of etcd is asked for. */
	static final Duration PERIOD = Duration.ofMillis(500);

	/** How far behind a stream may be. */
	static final Duration LIMIT = Duration.ofSeconds(10);

	private final Deque<Mark> marks = new ArrayDeque<>();

	/** Greatest revision of which an event has been applied. */
	private long applied;

	/**
	 * Remembers what etcd has reached.
	 * @param revision a revision of etcd
	 * @param time when it was asked for, or later
	 */
	void mark(long revision, long time) {
		if (revision > this.applied) {
			this.marks.addLast(new Mark(revision, time));
		}
	}

	/**
	 * Notes what has been applied.
	 * @param first its first revision
	 * @param last its last revision
	 * @param now the time
	 */
	void applied(long first, long last, long now) {
		this.applied = Math.max(this.applied, last);
		for (Mark mark : this.marks) {
			if (first <= mark.revision) {
				mark.lastBelow = now;
			}
		}
	}

	/**
	 * Forgets marks that have been applied.
	 * @param alone whether one watch has the stream for itself
	 * @param now the time
	 */
	void settle(boolean alone, long now) {
		this.marks
			.removeIf((mark) -> mark.revision <= this.applied && (alone || now - mark.lastBelow >= PERIOD.toNanos()));
	}

	/** Forgets all marks, because etcd has nothing more to tell. */
	void caughtUp() {
		this.marks.clear();
	}

	boolean isEmpty() {
		return this.marks.isEmpty();
	}

	/**
	 * Tells when the oldest mark was made.
	 * @param none the answer where there is no mark
	 * @return its time
	 */
	long oldest(long none) {
		Mark oldest = this.marks.peekFirst();
		return (oldest != null) ? oldest.time : none;
	}

	private static final class Mark {

		private final long revision;

		private final long time;

		/** When an event up to this revision was applied last. */
		private long lastBelow;

		Mark(long revision, long time) {
			this.revision = revision;
			this.time = time;
			this.lastBelow = time;
		}

	}

}
