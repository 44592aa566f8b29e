package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Effect;
import io.github.etcddiscovery.model.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever happens in whatever order.
 */
class RandomScheduleTests {

	/** A registry lists no range. */
	private static final EnumSet<Effect> OF_LISTS = EnumSet.of(Effect.LIST_IN_PAGES, Effect.LIST_COMPACTED);

	private static final String NAME = "Schedules of the registry";

	private static final Layout SECOND = new Layout(InstanceCodec.kitex(), "second");

	@Test
	void etcdHoldsWhatWasAskedForLast() {
		assertThat(Seeds.within(Duration.ofSeconds(8), NAME, RandomScheduleTests::play)).isPositive();
	}

	@Tag("long")
	@Test
	void etcdHoldsWhatWasAskedForLastInManySchedules() {
		Seeds.first(100_000, NAME, RandomScheduleTests::play);
	}

	@Test
	void everyKindOfFaultBefallsTheRegistry() {
		Set<Effect> possible = EnumSet.complementOf(OF_LISTS);
		Set<String> actions = schedule(0).actions().names();
		Set<Effect> met = EnumSet.noneOf(Effect.class);
		Set<String> drawn = new HashSet<>();
		Seeds.until(() -> met.containsAll(possible) && drawn.containsAll(actions), NAME, (seed) -> {
			RandomSchedule schedule = schedule(seed);
			schedule.check();
			met.addAll(schedule.effects());
			drawn.addAll(schedule.happened());
		});
		assertThat(met).containsExactlyInAnyOrderElementsOf(possible);
		assertThat(drawn).containsExactlyInAnyOrderElementsOf(actions);
	}

	private static void play(long seed) {
		schedule(seed).check();
	}

	/** Every third one has two layouts. */
	private static RandomSchedule schedule(long seed) {
		return (seed % 3 == 0) ? new RandomSchedule(seed, Layout.kitex(), SECOND)
				: new RandomSchedule(seed, Layout.kitex());
	}

}
