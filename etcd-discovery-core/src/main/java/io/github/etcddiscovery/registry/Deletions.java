package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Remembers how often a key was lost while its lease was alive: somebody may want it out,
 * and an endless fight helps nobody. Times are the loop's.
 */
final class Deletions {

	/** So many are put back at once. */
	private static final int TOLERATED = 3;

	private static final Duration WINDOW = Duration.ofMinutes(1);

	/** When it was put back the last times, or will be after the pause. */
	private final Deque<Long> putBack = new ArrayDeque<>();

	/** How many pauses this fight has had. */
	private int pauses;

	/**
	 * The key is lost. After a pause the next loss pauses too, if it comes within a
	 * minute.
	 * @param now the time
	 * @param pause how long to wait where it has been put back too often of late
	 * @return how long to wait before it is put back: not at all, or the pause
	 */
	Duration lost(long now, Duration pause) {
		if (this.putBack.size() < TOLERATED || now - this.putBack.getFirst() >= WINDOW.toNanos()) {
			this.pauses = 0;
			add(now);
			return Duration.ZERO;
		}
		this.pauses++;
		for (int i = 0; i < TOLERATED; i++) {
			add(now + pause.toNanos());
		}
		return pause;
	}

	private void add(long time) {
		if (this.putBack.size() == TOLERATED) {
			this.putBack.removeFirst();
		}
		this.putBack.addLast(time);
	}

	/** Whether the last loss led to the first pause of a fight. */
	boolean fightBegins() {
		return this.pauses == 1;
	}

	/** What was lost went with its lease, and nobody took it away. */
	void forget() {
		this.putBack.clear();
		this.pauses = 0;
	}

}
