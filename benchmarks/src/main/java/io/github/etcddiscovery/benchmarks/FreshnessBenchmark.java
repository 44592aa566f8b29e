package io.github.etcddiscovery.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.benchmarks.Latencies.Schedule;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;

/**
 * Measures the time from the moment a put is due until core's {@code instances()}, Spring
 * Cloud's {@code DiscoveryClient} and what its load balancer chooses from show it, and in
 * the same run until a watch with nothing behind it does. A service of 100 instances, one
 * of which changes its weight every 20 ms; 500 puts after 200 to warm up. Core is allowed
 * at most 1.15 times the median of the watch and 1.3 times its 99th percentile, each of
 * them 50 ms at the 99th percentile.
 */
public final class FreshnessBenchmark {

	private static final int WARM_UP = 200;

	private static final int PUTS = WARM_UP + 500;

	private static final long INTERVAL = Duration.ofMillis(20).toNanos();

	private static final Duration DEADLINE = Duration.ofSeconds(30);

	/** How often is looked: two cores have other things to do as well. */
	private static final long LOOK = Duration.ofNanos(50_000).toNanos();

	private final Latencies raw = new Latencies(PUTS);

	private final Shown<Instance> resolved;

	/** All ways to ask, core's first. */
	private final List<Shown<?>> shown;

	private final Schedule schedule = new Schedule(System.nanoTime() + Duration.ofSeconds(1).toNanos(), INTERVAL);

	/** How many puts the bare watch has told of. */
	private final AtomicInteger arrived = new AtomicInteger();

	private FreshnessBenchmark(EtcdResolver resolver, SpringConsumer spring) {
		this.resolved = new Shown<>("instances()", () -> resolver.instances(Fleet.SERVICE), Instance::weight, PUTS);
		this.shown = List.of(this.resolved,
				new Shown<>("getInstances()", spring::getInstances, SpringConsumer::weight, PUTS),
				new Shown<>("load balancer", spring::balanced, SpringConsumer::weight, PUTS));
	}

	/**
	 * Runs and prints a table.
	 * @param args none
	 * @throws InterruptedException if it is interrupted
	 */
	public static void main(String... args) throws InterruptedException {
		try (Fleet fleet = new Fleet(100);
				RawEtcd watching = new RawEtcd(fleet.endpoint());
				EtcdClient resolving = fleet.connect();
				EtcdResolver resolver = EtcdResolver.create(resolving, ResolverOptions.defaults());
				SpringConsumer spring = new SpringConsumer(fleet.endpoint())) {
			new FreshnessBenchmark(resolver, spring).run(fleet, watching);
		}
	}

	private void run(Fleet fleet, RawEtcd watching) throws InterruptedException {
		Thread looking = new Thread(this::look, "looking");
		// Nothing behind it but a counter.
		watching.watch(Fleet.LAYOUT.service(Fleet.SERVICE),
				(response) -> this.arrived.addAndGet(response.getEventsCount()));
		try {
			looking.start();
			write(fleet);
			await("the watch", () -> this.raw.seen() == PUTS);
			this.shown.forEach((way) -> await(way.name(), () -> way.latencies().seen() == PUTS));
		}
		finally {
			looking.interrupt();
			looking.join();
		}
		print();
	}

	private void write(Fleet fleet) {
		for (int put = 0; put < PUTS; put++) {
			for (long rest = rest(put); rest > 0; rest = rest(put)) {
				LockSupport.parkNanos(rest);
			}
			fleet.write(put % fleet.size(), Shown.weight(put));
		}
		fleet.awaitWrites();
	}

	private long rest(int put) {
		return this.schedule.due(put) - System.nanoTime();
	}

	/** One thread looks at all, so that what looking costs is in all. */
	private void look() {
		while (!Thread.currentThread().isInterrupted()) {
			this.raw.seenBefore(this.arrived.get(), this.schedule);
			this.shown.forEach((way) -> way.look(this.schedule));
			LockSupport.parkNanos(LOOK);
		}
	}

	private static void await(String who, BooleanSupplier done) {
		long deadline = System.nanoTime() + DEADLINE.toNanos();
		while (!done.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(who + " has not seen every put within " + DEADLINE);
			}
			LockSupport.parkNanos(LOOK);
		}
	}

	private void print() {
		System.out.println("ms                    p50      p99      max");
		System.out.println(this.raw.line("raw watch", WARM_UP));
		this.shown.forEach((way) -> System.out.println(way.latencies().line(way.name(), WARM_UP)));
		System.out.println(String.format(Locale.ROOT, "%-16s %8.2f %8.2f", "ratio of core", ratio(0.5), ratio(0.99)));
	}

	private double ratio(double part) {
		return this.resolved.latencies().millis(WARM_UP, part) / this.raw.millis(WARM_UP, part);
	}

}
