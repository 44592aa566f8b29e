package io.github.etcddiscovery.spring;

import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class WeightTableTests {

	@Test
	void drawsInProportionToTheWeights() {
		int[] weights = { 10, 30, 0x7fffffff / 1000, 5, 1000, 400000 };
		WeightTable table = WeightTable.of(weights);
		Random random = new Random(1);
		int[] drawn = new int[weights.length];
		int draws = 1_000_000;
		for (int i = 0; i < draws; i++) {
			drawn[table.draw(random)]++;
		}
		double total = IntStream.of(weights).asLongStream().sum();
		for (int i = 0; i < weights.length; i++) {
			assertThat(drawn[i] / (double) draws).isCloseTo(weights[i] / total, within(0.002));
		}
	}

	@Test
	void givesEachIndexExactlyItsShareOfTheColumns() {
		int[] weights = { 1, 3, 2, 2, 7 };
		WeightTable table = WeightTable.of(weights);
		int[] hits = new int[weights.length];
		for (int column = 0; column < weights.length; column++) {
			for (long height = 0; height < 15; height++) {
				hits[table.draw(new Fixed(column, height))]++;
			}
		}
		assertThat(hits).containsExactly(5, 15, 10, 10, 35);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 17, 1000 })
	void thereIsNoTableOfEqualWeights(int size) {
		assertThat(WeightTable.of(IntStream.generate(() -> 7).limit(size).toArray())).isNull();
	}

	@Test
	void thereIsOneWithOneDifferentWeight() {
		assertThat(WeightTable.of(1, 1, 2)).isNotNull();
	}

	@Test
	void surfaceDoesNotOverflowWithTheGreatestWeights() {
		WeightTable table = WeightTable
			.of(IntStream.concat(IntStream.of(1), IntStream.generate(() -> Integer.MAX_VALUE).limit(9999)).toArray());
		Random random = new Random(3);
		assertThat(IntStream.range(0, 10000).map((i) -> table.draw(random)).boxed()).doesNotContain(-1)
			.allMatch((index) -> index >= 0 && index < 10000);
	}

	private record Fixed(int column, long height) implements java.util.random.RandomGenerator {

		@Override
		public int nextInt(int bound) {
			return this.column;
		}

		@Override
		public long nextLong(long bound) {
			return this.height;
		}

		@Override
		public long nextLong() {
			throw new UnsupportedOperationException();
		}

	}

}
