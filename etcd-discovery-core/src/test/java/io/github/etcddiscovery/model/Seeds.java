package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Plays random schedules, one for each seed. One that fails says its seed, with which
 * {@code -Dseed=…} plays it alone.
 */
public final class Seeds {

	private static final @Nullable Long ONLY = Long.getLong("seed");

	private Seeds() {
	}

	/**
	 * Plays as many schedules as fit into a time.
	 * @param time how long to go on
	 * @param schedule plays the schedule of a seed
	 * @return how many were played
	 */
	public static long within(Duration time, LongConsumer schedule) {
		long end = System.nanoTime() + time.toNanos();
		long seed = 0;
		while (System.nanoTime() < end && playedAlone(schedule) == 0) {
			play(seed++, schedule);
		}
		return seed;
	}

	/**
	 * Plays so many schedules.
	 * @param number how many
	 * @param schedule plays the schedule of a seed
	 */
	public static void first(long number, LongConsumer schedule) {
		for (long seed = 0; seed < number && playedAlone(schedule) == 0; seed++) {
			play(seed, schedule);
		}
	}

	private static int playedAlone(LongConsumer schedule) {
		if (ONLY == null) {
			return 0;
		}
		play(ONLY, schedule);
		return 1;
	}

	private static void play(long seed, LongConsumer schedule) {
		try {
			schedule.accept(seed);
		}
		catch (RuntimeException | Error ex) {
			throw new AssertionError("seed " + seed + " (-Dseed=" + seed + " plays it alone): " + ex.getMessage(), ex);
		}
	}

}
