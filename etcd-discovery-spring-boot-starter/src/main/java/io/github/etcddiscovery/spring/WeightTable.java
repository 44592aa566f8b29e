package io.github.etcddiscovery.spring;

import java.util.Arrays;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * Draws an index with a probability that is exactly proportional to its weight, in
 * constant time: Walker's and Vose's alias method, in whole numbers. Every column of the
 * table is as high as the total of all weights and shared by two indexes at most.
 */
final class WeightTable {

	private final long total;

	/** Up to here a column belongs to its own index, beyond to its alias. */
	private final long[] thresholds;

	private final int[] aliases;

	private WeightTable(int... weights) {
		this.total = Arrays.stream(weights).asLongStream().sum();
		this.thresholds = Arrays.stream(weights).mapToLong((weight) -> (long) weight * weights.length).toArray();
		this.aliases = new int[weights.length];
		level();
	}

	/**
	 * Builds the table.
	 * @param weights the weights, each above zero
	 * @return the table, or null where all weights are the same, so that there is nothing
	 * to draw
	 */
	static @Nullable WeightTable of(int... weights) {
		for (int weight : weights) {
			if (weight != weights[0]) {
				return new WeightTable(weights);
			}
		}
		return null;
	}

	/** Fills each column that is too low from one that is too high. */
	private void level() {
		int[] low = new int[this.thresholds.length];
		int[] high = new int[this.thresholds.length];
		int lows = 0;
		int highs = 0;
		for (int i = 0; i < this.thresholds.length; i++) {
			if (this.thresholds[i] < this.total) {
				low[lows++] = i;
			}
			else {
				high[highs++] = i;
			}
		}
		while (lows > 0 && highs > 0) {
			int small = low[--lows];
			int large = high[--highs];
			this.aliases[small] = large;
			this.thresholds[large] -= this.total - this.thresholds[small];
			if (this.thresholds[large] < this.total) {
				low[lows++] = large;
			}
			else {
				high[highs++] = large;
			}
		}
	}

	int draw(RandomGenerator random) {
		int column = random.nextInt(this.thresholds.length);
		return (random.nextLong(this.total) < this.thresholds[column]) ? column : this.aliases[column];
	}

}
