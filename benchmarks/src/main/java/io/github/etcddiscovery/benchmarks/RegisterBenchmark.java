package io.github.etcddiscovery.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistryOptions;

/**
 * Registers 1,000 instances with one registry, from the first call until the last one is
 * registered, and beside it grants a lease and writes as many keys by gRPC's stubs, one
 * transaction each, 64 in flight. The registry may take twice as long. The CPU time is
 * that of the whole JVM, for the registry with leaving and closing.
 */
public final class RegisterBenchmark {

	private static final int INSTANCES = 1_000;

	private static final int ROUNDS = 10;

	private static final double MILLIS = TimeUnit.MILLISECONDS.toNanos(1);

	private RegisterBenchmark() {
	}

	/**
	 * Runs and prints a line for each round; the first ones warm up.
	 * @param args none
	 */
	public static void main(String... args) {
		try (Fleet fleet = new Fleet(1);
				RawEtcd raw = new RawEtcd(fleet.endpoint());
				EtcdClient client = fleet.connect()) {
			client.probe(Fleet.LAYOUT.service(Fleet.SERVICE)).join();
			raw.read(Fleet.LAYOUT.service(Fleet.SERVICE));
			System.out.println("round   raw ms   registry ms   registry / raw   raw CPU ms   registry CPU ms");
			for (int round = 1; round <= ROUNDS; round++) {
				long begun = Loop.nanosOfAll();
				double written = write(raw, instances("raw." + round));
				long between = Loop.nanosOfAll();
				double registered = register(client, instances("registry." + round));
				System.out.println(String.format(Locale.ROOT, "%5d %8.0f %13.0f %16.2f %12.0f %17.0f", round,
						written / MILLIS, registered / MILLIS, registered / written, (between - begun) / MILLIS,
						(Loop.nanosOfAll() - between) / MILLIS));
			}
		}
	}

	static List<Instance> instances(String service) {
		return IntStream.range(0, INSTANCES)
			.mapToObj((i) -> Fleet.instance(service, i, Instance.DEFAULT_WEIGHT))
			.toList();
	}

	private static long write(RawEtcd raw, List<Instance> instances) {
		Window window = new Window(64);
		long begun = System.nanoTime();
		long lease = raw.grant(Duration.ofSeconds(60));
		instances.forEach((instance) -> window.send(() -> raw.create(Fleet.entry(instance, lease))));
		window.await();
		return System.nanoTime() - begun;
	}

	private static long register(EtcdClient client, List<Instance> instances) {
		try (EtcdRegistry registry = EtcdRegistry.create(client,
				RegistryOptions.defaults().withTtl(Duration.ofSeconds(60)))) {
			long begun = System.nanoTime();
			registerAll(registry, instances);
			return System.nanoTime() - begun;
		}
	}

	static void registerAll(EtcdRegistry registry, List<Instance> instances) {
		CompletableFuture
			.allOf(instances.stream()
				.map((instance) -> registry.register(instance).whenRegistered().toCompletableFuture())
				.toArray(CompletableFuture<?>[]::new))
			.orTimeout(1, TimeUnit.MINUTES)
			.join();
	}

}
