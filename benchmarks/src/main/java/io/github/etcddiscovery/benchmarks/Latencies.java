package io.github.etcddiscovery.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long after it was due each put was seen. One thread adds, and others read when it
 * is done.
 */
final class Latencies {

	private final long[] nanos;

	private volatile int seen;

	Latencies(int puts) {
		this.nanos = new long[puts];
	}

	/**
	 * Takes down that every put before a number has been seen now.
	 * @param end number of the first put that has not
	 * @param schedule when the puts were due
	 */
	void seenBefore(int end, Schedule schedule) {
		long now = System.nanoTime();
		for (int put = this.seen; put < end; put++) {
			this.nanos[put] = now - schedule.due(put);
		}
		this.seen = Math.max(this.seen, end);
	}

	int seen() {
		return this.seen;
	}

	/**
	 * Leaves out the first ones, seen by code that was not compiled yet.
	 * @param from number of the first put that counts
	 * @param part which part of them was as fast or faster, 0 to 1
	 */
	double millis(int from, double part) {
		long[] sorted = Arrays.copyOfRange(this.nanos, from, this.nanos.length);
		Arrays.sort(sorted);
		int index = (int) Math.ceil(part * sorted.length) - 1;
		return (double) sorted[index] / TimeUnit.MILLISECONDS.toNanos(1);
	}

	String line(String name, int from) {
		return String.format(Locale.ROOT, "%-16s %8.2f %8.2f %8.2f", name, millis(from, 0.5), millis(from, 0.99),
				millis(from, 1));
	}

	/** When puts are due: open loop, whether those before have been answered or not. */
	record Schedule(long start, long interval) {

		long due(int put) {
			return this.start + put * this.interval;
		}

	}

}
