package io.github.etcddiscovery.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;

/**
 * Changes each instance of a service of 10,000 once, as fast as etcd takes it with 64
 * puts in flight, and measures from the first put on until the last one is answered,
 * until a bare watch has told of all, and until the resolver shows all: that may take 1.2
 * times the writing.
 */
public final class BurstBenchmark {

	private static final int SIZE = 10_000;

	private static final int ROUNDS = 5;

	private static final long DEADLINE = Duration.ofMinutes(2).toNanos();

	private static final long LOOK = 1_000_000;

	private static final double MILLIS = 1_000_000;

	private final AtomicLong told = new AtomicLong();

	private volatile long lastTold;

	private List<Instance> seen = List.of();

	/**
	 * Runs and prints a line for each round; the first warms up.
	 * @param args none
	 */
	public static void main(String... args) {
		try (Fleet fleet = new Fleet(SIZE);
				RawEtcd raw = new RawEtcd(fleet.endpoint());
				EtcdClient client = fleet.connect();
				EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults())) {
			new BurstBenchmark().run(fleet, raw, resolver);
		}
	}

	private void run(Fleet fleet, RawEtcd raw, EtcdResolver resolver) {
		resolver.await(Fleet.SERVICE);
		raw.watch(Fleet.LAYOUT.service(Fleet.SERVICE), (response) -> {
			this.lastTold = System.nanoTime();
			this.told.addAndGet(response.getEventsCount());
		});
		System.out.println("round   written ms   bare watch ms   resolver ms   resolver / written");
		for (int round = 1; round <= ROUNDS; round++) {
			long told = (long) round * SIZE;
			int weight = Shown.weight(round);
			long begun = System.nanoTime();
			for (int i = 0; i < SIZE; i++) {
				fleet.write(i, weight);
			}
			fleet.awaitWrites();
			double written = System.nanoTime() - begun;
			double visible = await(() -> shows(resolver.instances(Fleet.SERVICE), weight)) - begun;
			await(() -> this.told.get() >= told);
			double watched = this.lastTold - begun;
			System.out.println(String.format(Locale.ROOT, "%5d %12.0f %15.0f %13.0f %20.2f", round, written / MILLIS,
					watched / MILLIS, visible / MILLIS, visible / written));
		}
	}

	/** Looks at a list once, and only when it is another one. */
	private boolean shows(List<Instance> instances, int weight) {
		if (instances == this.seen) {
			return false;
		}
		this.seen = instances;
		return instances.size() == SIZE && instances.stream().allMatch((instance) -> instance.weight() == weight);
	}

	private static long await(BooleanSupplier condition) {
		long deadline = System.nanoTime() + DEADLINE;
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("not everything shows within two minutes");
			}
			LockSupport.parkNanos(LOOK);
		}
		return System.nanoTime();
	}

}
