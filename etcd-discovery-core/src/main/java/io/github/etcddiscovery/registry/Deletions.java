package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Remembers how often a key was deleted while its lease was alive: somebody may want it
 * out, and an endless fight helps nobody. Times are the loop's.
 */
final class Deletions {

	/** So many are put back at once. */
	private static final int TOLERATED = 3;

	private static final Duration WINDOW = Duration.ofMinutes(1);

	private final Deque<Long> putBack = new ArrayDeque<>();

	/** The key was put back under the lease that it had stood under. */
	void putBack(long now) {
		if (this.putBack.size() == TOLERATED) {
			this.putBack.removeFirst();
		}
		this.putBack.addLast(now);
	}

	/**
	 * Whether a key that is gone now has been put back too often of late to do so at once
	 * again.
	 */
	boolean tooMany(long now) {
		return this.putBack.size() == TOLERATED && now - this.putBack.getFirst() < WINDOW.toNanos();
	}

	/**
	 * A pause is over: what was put back before it counts as if it had been now, so that
	 * the next deletion pauses too.
	 */
	void pauseOver(long now) {
		int count = this.putBack.size();
		this.putBack.clear();
		for (int i = 0; i < count; i++) {
			this.putBack.addLast(now);
		}
	}

}
