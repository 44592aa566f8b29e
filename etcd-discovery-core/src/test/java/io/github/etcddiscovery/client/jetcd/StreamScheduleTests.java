package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What holds of watches that share streams, whatever etcd says in which order: each is
 * told every event once and in order up to its end, ends alone or with its stream, and is
 * never taken for another; the silence of a stream is judged once.
 */
class StreamScheduleTests {

	private static final Duration SHORT = Duration.ofSeconds(3);

	private static final int MANY = 100_000;

	@Test
	void schedulesHoldWhatIsPromised() {
		play(Long.MAX_VALUE, SHORT);
	}

	@Tag("long")
	@Test
	void manySchedulesHoldWhatIsPromised() {
		play(MANY, Duration.ofDays(1));
	}

	/** So many, or as many as there is time for, and one at least. */
	private static void play(long most, Duration time) {
		long first = Long.getLong("seed", ThreadLocalRandom.current().nextLong(1_000_000_000L));
		long end = System.nanoTime() + time.toNanos();
		int played = 0;
		try (StreamScheduleRig rig = new StreamScheduleRig()) {
			do {
				long seed = first + played++;
				try {
					new StreamSchedule(seed, rig).play();
				}
				catch (AssertionError | RuntimeException ex) {
					throw new AssertionError(
							"The schedule of streams with -Dseed=" + seed + " failed: " + ex.getMessage(), ex);
				}
			}
			while (played < most && System.nanoTime() < end);
		}
		System.out.println("Schedules of streams: " + played + " from seed " + first);
	}

}
