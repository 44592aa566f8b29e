package io.github.etcddiscovery.benchmarks;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.resolver.Scope;

/**
 * Follows 1,000 services one by one and registers 1,000 instances with one client, and
 * counts at a proxy which HTTP/2 streams stay open: 2 for watches, 1 for renewals.
 */
public final class StreamsBenchmark {

	private static final int SERVICES = 1_000;

	private StreamsBenchmark() {
	}

	/**
	 * Runs and prints how many streams are open, by their path.
	 * @param args none
	 * @throws IOException if there is no port for the proxy
	 * @throws InterruptedException if it is interrupted
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		try (Fleet fleet = new Fleet(0)) {
			for (int i = 0; i < SERVICES; i++) {
				fleet.fill(FirstSnapshotBenchmark.service(i), 1);
			}
			try (FrameCounter proxy = new FrameCounter(fleet.endpoint());
					EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(proxy.endpoint()));
					EtcdResolver resolver = EtcdResolver.create(client,
							ResolverOptions.defaults().withScope(Scope.SERVICE));
					EtcdRegistry registry = EtcdRegistry.create(client, RegistryOptions.defaults())) {
				follow(resolver);
				RegisterBenchmark.registerAll(registry, RegisterBenchmark.instances("registered"));
				// Until renewals have begun, and what was needed on the way has gone.
				TimeUnit.SECONDS.sleep(10);
				proxy.open().forEach((path, streams) -> System.out.println(streams + " " + path));
				System.out
					.println(proxy.connections() + " connections, at most " + proxy.most() + " streams at a time");
			}
		}
	}

	private static void follow(EtcdResolver resolver) {
		CompletableFuture
			.allOf(IntStream.range(0, SERVICES)
				.mapToObj((i) -> resolver.whenRead(FirstSnapshotBenchmark.service(i)).toCompletableFuture())
				.toArray(CompletableFuture<?>[]::new))
			.orTimeout(2, TimeUnit.MINUTES)
			.join();
	}

}
