package io.github.etcddiscovery.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;

/**
 * Of {@link FirstSnapshotBenchmark} a fresh JVM: reads everything three times, each time
 * with a client and a resolver of its own, and says what the last one takes of the heap.
 */
final class FirstSnapshot {

	private static final double MILLIS = TimeUnit.MILLISECONDS.toNanos(1);

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
			long begun = System.nanoTime();
			try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(args[0]));
					EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults())) {
				awaitAll(resolver, services);
				System.out.println(which + String.format(Locale.ROOT, " %.1f", (System.nanoTime() - begun) / MILLIS));
				if (which.equals("third")) {
					System.out.println("bytes " + (heap() - before) / instances);
				}
				check(resolver, instances);
			}
		}
	}

	private static void awaitAll(EtcdResolver resolver, int services) {
		while (resolver.services().size() < services) {
			resolver.await(FirstSnapshotBenchmark.service(0));
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
