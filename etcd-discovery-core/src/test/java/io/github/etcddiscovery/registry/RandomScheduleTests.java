package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever happens in whatever order.
 */
class RandomScheduleTests {

	private static final Layout SECOND = new Layout(InstanceCodec.kitex(), "second");

	@Test
	void etcdHoldsWhatWasAskedForLast() {
		assertThat(Seeds.within(Duration.ofSeconds(10), RandomScheduleTests::play)).isPositive();
	}

	@Tag("long")
	@Test
	void etcdHoldsWhatWasAskedForLastInManySchedules() {
		Seeds.first(100_000, RandomScheduleTests::play);
	}

	/** Every third one has two layouts. */
	private static void play(long seed) {
		if (seed % 3 == 0) {
			new RandomSchedule(seed, Layout.kitex(), SECOND).check();
		}
		else {
			new RandomSchedule(seed, Layout.kitex()).check();
		}
	}

}
