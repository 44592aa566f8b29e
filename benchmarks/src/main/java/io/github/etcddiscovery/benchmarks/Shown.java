package io.github.etcddiscovery.benchmarks;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.benchmarks.Latencies.Schedule;

/**
 * One way to ask for the instances, and how late it shows each put: the weight of an
 * instance is the number of the put that changed it. For one thread that looks.
 *
 * @param <T> what it calls an instance
 */
final class Shown<T> {

	private final String name;

	private final Supplier<List<T>> instances;

	private final ToIntFunction<T> weight;

	private final Latencies latencies;

	private List<T> seen = List.of();

	Shown(String name, Supplier<List<T>> instances, ToIntFunction<T> weight, int puts) {
		this.name = name;
		this.instances = instances;
		this.weight = weight;
		this.latencies = new Latencies(puts);
	}

	static int weight(int put) {
		return Instance.DEFAULT_WEIGHT + 1 + put;
	}

	void look(Schedule schedule) {
		List<T> now = this.instances.get();
		if (now != this.seen) {
			int heaviest = now.stream().mapToInt(this.weight).max().orElse(0);
			this.latencies.seenBefore(heaviest - Instance.DEFAULT_WEIGHT, schedule);
			this.seen = now;
		}
	}

	String name() {
		return this.name;
	}

	Latencies latencies() {
		return this.latencies;
	}

}
