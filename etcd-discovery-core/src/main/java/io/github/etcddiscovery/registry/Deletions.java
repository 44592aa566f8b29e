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

	private boolean lost;

	private boolean fighting;

	/** The key is gone, and nobody of ours took it away. */
	void lost() {
		this.lost = true;
	}

	/** The key stands, or it goes because we want it to. */
	void nothingLost() {
		this.lost = false;
	}

	/**
	 * The key was written.
	 * @param sameLease whether under the lease that it had stood under, so that this has
	 * not ended
	 * @param now the time
	 */
	void written(boolean sameLease, long now) {
		if (this.lost && sameLease) {
			add(now);
		}
		this.lost = false;
	}

	private void add(long now) {
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
		boolean many = this.putBack.size() == TOLERATED && now - this.putBack.getFirst() < WINDOW.toNanos();
		this.fighting &= many;
		return many;
	}

	/** Begins a pause. Returns whether it is the first of this fight. */
	boolean pause() {
		boolean first = !this.fighting;
		this.fighting = true;
		return first;
	}

	/**
	 * A pause is over: what was put back before it counts as if it had been now, so that
	 * the next deletion pauses too.
	 */
	void pauseOver(long now) {
		this.putBack.clear();
		for (int i = 0; i < TOLERATED; i++) {
			this.putBack.addLast(now);
		}
	}

}
