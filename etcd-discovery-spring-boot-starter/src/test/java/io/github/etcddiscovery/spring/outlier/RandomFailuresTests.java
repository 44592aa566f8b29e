package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever befalls instances, in any order: nobody ever has nothing to choose from, no
 * more than half of a service is left out but for those that refuse connections, and
 * whoever is well is back in time. Schedules are others every time; one that fails says
 * its seed, with which {@code -Dseed=…} plays it alone.
 */
class RandomFailuresTests {

	/** The longest wait, the trial after it, and the beats between. */
	private static final Duration LONGEST_WAIT = Duration.ofSeconds(310);

	private static final Duration LAST_STEP = Duration.ofMillis(200);

	private static final int STEPS = (int) (Duration.ofMinutes(2).toMillis() / Fleet.STEP.toMillis());

	@Test
	void listsAreNeverTooShortAndWhoeverIsWellIsBack() {
		play(10);
	}

	@Tag("long")
	@Test
	void listsAreNeverTooShortAndWhoeverIsWellIsBackInManySchedules() {
		play(1_000);
	}

	private static void play(int schedules) {
		Long only = Long.getLong("seed");
		long first = (only != null) ? only : ThreadLocalRandom.current().nextLong(1_000_000_000L);
		for (long seed = first; seed < first + ((only != null) ? 1 : schedules); seed++) {
			playOne(seed, RandomFailuresTests::play);
		}
	}

	private static void playOne(long seed, LongConsumer schedule) {
		try {
			schedule.accept(seed);
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("seed " + seed + " (-Dseed=" + seed + " plays it alone): " + ex.getMessage(), ex);
		}
	}

	private static void play(long seed) {
		Fleet fleet = new Fleet(seed);
		for (int step = 0; step < STEPS; step++) {
			fleet.happen();
			fleet.call();
			fleet.pass(Fleet.STEP);
			assertListIsLongEnough(fleet);
			assertTheDeadAreLeftAlone(fleet);
			assertThoseWhoseConnectionFailedAreBackSoon(fleet);
		}
		fleet.heal();
		for (int step = 0; step < LONGEST_WAIT.dividedBy(LAST_STEP); step++) {
			fleet.call();
			fleet.pass(LAST_STEP);
			assertListIsLongEnough(fleet);
		}
		assertThat(fleet.rig.shown()).as("shown at the end").containsExactlyElementsOf(fleet.ports());
	}

	private static void assertListIsLongEnough(Fleet fleet) {
		List<Integer> shown = fleet.rig.shown();
		assertThat(shown).isNotEmpty();
		long leftOut = fleet.ports()
			.stream()
			.filter((port) -> !shown.contains(port))
			.filter((port) -> !fleet.isDead(port) && fleet.since(port).toMillis() > 2_000)
			.count();
		assertThat(leftOut).as("left out, and not dead").isLessThanOrEqualTo(fleet.size / 2);
	}

	/** One refusal is enough, or some where the probe was just under way. */
	private static void assertTheDeadAreLeftAlone(Fleet fleet) {
		fleet.ports()
			.forEach((port) -> assertThat(fleet.refusals(port)).as("refusals of %s", port).isLessThanOrEqualTo(3));
	}

	private static void assertThoseWhoseConnectionFailedAreBackSoon(Fleet fleet) {
		List<Integer> shown = fleet.rig.shown();
		fleet.ports()
			.stream()
			.filter((port) -> fleet.isWell(port) && fleet.since(port).toMillis() > 3_000 && !fleet.waitsLonger(port))
			.forEach((port) -> assertThat(shown).as("is well again").contains(port));
	}

}
