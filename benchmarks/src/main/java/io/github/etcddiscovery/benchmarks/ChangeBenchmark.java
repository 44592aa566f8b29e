package io.github.etcddiscovery.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;

/**
 * Measures what one change of a weight costs the resolver's own thread, CPU and garbage,
 * for services of several sizes: the next change is written when the one before shows.
 * The floor is one copy of the list of references. A change in a service of 10,000 may
 * take 100 µs and leave 3 kB beside that copy.
 */
public final class ChangeBenchmark {

	private static final int WARM_UP = 3_000;

	private static final int CHANGES = 1_000;

	private static final long DEADLINE = Duration.ofSeconds(30).toNanos();

	private static final long LOOK = 50_000;

	private static final double MICROS = 1_000;

	private final Fleet fleet;

	private final EtcdResolver resolver;

	private List<Instance> shown;

	private ChangeBenchmark(Fleet fleet, EtcdResolver resolver) {
		this.fleet = fleet;
		this.resolver = resolver;
		this.shown = resolver.await(Fleet.SERVICE).instances();
	}

	/**
	 * Runs and prints a line for each size.
	 * @param args none
	 */
	public static void main(String... args) {
		System.out.println("instances   CPU us   garbage B   one copy B   beside it B");
		for (int size : new int[] { 100, 1_000, 5_000, 10_000 }) {
			try (Fleet fleet = new Fleet(size);
					EtcdClient client = fleet.connect();
					EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults())) {
				System.out.println(new ChangeBenchmark(fleet, resolver).run());
			}
		}
	}

	private String run() {
		change(0, WARM_UP);
		Loop loop = Loop.ofResolvers();
		long nanos = loop.nanos();
		long bytes = loop.bytes();
		change(WARM_UP, CHANGES);
		double garbage = (double) (loop.bytes() - bytes) / CHANGES;
		double copy = 16 + 4.0 * this.fleet.size();
		return String.format(Locale.ROOT, "%9d %8.1f %11.0f %12.0f %13.0f", this.fleet.size(),
				(loop.nanos() - nanos) / MICROS / CHANGES, garbage, copy, garbage - copy);
	}

	private void change(int from, int changes) {
		for (int change = from; change < from + changes; change++) {
			this.fleet.write(change % this.fleet.size(), Shown.weight(change)).join();
			awaitAnother();
		}
	}

	private void awaitAnother() {
		long deadline = System.nanoTime() + DEADLINE;
		List<Instance> now = this.resolver.instances(Fleet.SERVICE);
		while (now == this.shown) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("a change does not show");
			}
			LockSupport.parkNanos(LOOK);
			now = this.resolver.instances(Fleet.SERVICE);
		}
		this.shown = now;
	}

}
