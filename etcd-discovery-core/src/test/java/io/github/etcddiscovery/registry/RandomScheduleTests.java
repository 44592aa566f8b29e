package io.github.etcddiscovery.registry;

import java.util.stream.LongStream;

import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens in whatever order.
 */
class RandomScheduleTests {

	private static final Layout SECOND = new Layout(InstanceCodec.kitex(), "second");

	static LongStream someSeeds() {
		return LongStream.range(0, 1_000);
	}

	static LongStream manySeeds() {
		return LongStream.range(1_000, 21_000);
	}

	@ParameterizedTest
	@MethodSource("someSeeds")
	void etcdHoldsWhatWasAskedForLast(long seed) {
		new RandomSchedule(seed, Layout.kitex()).check();
	}

	static LongStream fewSeeds() {
		return LongStream.range(0, 500);
	}

	@ParameterizedTest
	@MethodSource("fewSeeds")
	void etcdHoldsWhatWasAskedForLastUnderEachLayout(long seed) {
		new RandomSchedule(seed, Layout.kitex(), SECOND).check();
	}

	@Tag("long")
	@ParameterizedTest
	@MethodSource("manySeeds")
	void etcdHoldsWhatWasAskedForLastInManySchedules(long seed) {
		new RandomSchedule(seed, Layout.kitex()).check();
		new RandomSchedule(-seed, Layout.kitex(), SECOND).check();
	}

}
