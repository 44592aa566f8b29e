package io.github.etcddiscovery.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;

/**
 * Of {@link PressureBenchmark} the resolver, in a small heap. Prints every 10 ms what it
 * shows of the quiet service ({@code s}, time, changes seen, age and {@code staleFor} in
 * microseconds), or that this thread had to wait between the two readings, so that they
 * do not belong together ({@code dropped}, time).
 */
final class PressureReader {

	private static final long TOGETHER = TimeUnit.MILLISECONDS.toMicros(5);

	private PressureReader() {
	}

	/**
	 * Runs.
	 * @param args endpoint, seconds
	 */
	public static void main(String... args) {
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(args[0]));
				EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults())) {
			resolver.await(Fleet.SERVICE);
			Beat beat = Beat.whenReady(Integer.parseInt(args[1]));
			beat.sample(() -> {
				long before = Beat.now();
				List<Instance> quiet = resolver.instances(Beat.SERVICE);
				long stale = TimeUnit.NANOSECONDS.toMicros(resolver.staleFor().toNanos());
				long now = Beat.now();
				int seen = quiet.isEmpty() ? 0 : quiet.get(0).weight() - PressureWriter.quiet(0).weight();
				System.out.println((now - before > TOGETHER) ? "dropped " + now
						: "s " + now + " " + seen + " " + beat.age(seen, now) + " " + stale);
			});
		}
	}

}
