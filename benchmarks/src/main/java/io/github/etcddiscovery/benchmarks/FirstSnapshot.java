package io.github.etcddiscovery.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;

/**
 * Of {@link FirstSnapshotBenchmark} a fresh JVM: reads everything three times, each time
 * with a client and a resolver of its own, and says what the last one takes of the heap.
 */
final class FirstSnapshot {

	private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

	private static final double MILLIS = MILLI;

	private FirstSnapshot() {
	}

	/**
	 * Runs.
	 * @param args endpoint, services, instances
	 */
	public static void main(String... args) throws InterruptedException {
		int services = Integer.parseInt(args[1]);
		int instances = Integer.parseInt(args[2]);
		for (String which : List.of("first", "second", "third")) {
			long before = which.equals("third") ? heap() : 0;
			long spent = Loop.nanosOfAll();
			long begun = System.nanoTime();
			try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(args[0]));
					EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults())) {
				awaitAll(resolver, services);
				print(which, System.nanoTime() - begun);
				print(which + "-cpu", Loop.nanosOfAll() - spent);
				if (which.equals("third")) {
					System.out.println("bytes " + (heap() - before) / instances);
				}
				check(resolver, instances);
			}
		}
	}

	private static void print(String name, long nanos) {
		System.out.println(name + String.format(Locale.ROOT, " %.1f", nanos / MILLIS));
	}

	/** Looks every millisecond: a thread that looked all the time would take a core. */
	private static void awaitAll(EtcdResolver resolver, int services) {
		while (resolver.services().size() < services) {
			LockSupport.parkNanos(MILLI);
		}
	}

	private static void check(EtcdResolver resolver, int instances) {
		int found = resolver.services().stream().mapToInt((service) -> resolver.instances(service).size()).sum();
		if (found != instances) {
			throw new IllegalStateException(found + " instances instead of " + instances);
		}
	}

	/** What is reachable. */
	private static long heap() throws InterruptedException {
		for (int i = 0; i < 3; i++) {
			System.gc();
			TimeUnit.MILLISECONDS.sleep(300);
		}
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

}
