package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.guard.GuardOptions;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Half of a service leaves at once, as a cluster shrinks that has no {@code drain-delay}:
 * callers must not take that for a loss.
 */
@Tag("long")
class LeaveWithoutDrainIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final GuardOptions TWO_ARE_ENOUGH = new GuardOptions(true, 50, 2, Duration.ofSeconds(15),
			Duration.ofSeconds(30), true);

	/** A caller that guards nothing tells when each has left the registry. */
	@Test
	void whoLeavesIsHeldBackForASecondAtMost() {
		List<ConfigurableApplicationContext> half = Stream.generate(() -> TestApplication.with(etcd).run())
			.limit(2)
			.toList();
		for (int port = 1; port <= 2; port++) {
			TestApplication.put(etcd, "echo", port, 10);
		}
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));
				EtcdResolver guarded = EtcdResolver.create(client,
						ResolverOptions.defaults().withGuard(TWO_ARE_ENOUGH));
				EtcdResolver unguarded = EtcdResolver.create(client,
						ResolverOptions.defaults().withGuard(GuardOptions.off()))) {
			Stream.of(guarded, unguarded).forEach((caller) -> await(() -> caller.instances("echo").size() == 4));
			Set<Integer> leaving = half.stream().map(TestApplication::port).collect(Collectors.toSet());
			Map<Integer, Long> seen = departures(guarded, leaving);
			Map<Integer, Long> left = departures(unguarded, leaving);
			half.forEach((application) -> threads.execute(application::close));
			await(() -> seen.size() == 2 && left.size() == 2);
			assertThat(leaving).allSatisfy((port) -> assertThat(Duration.ofNanos(seen.get(port) - left.get(port)))
				.isLessThan(Duration.ofSeconds(1)));
			assertThat(guarded.heldBack()).isEmpty();
		}
		finally {
			half.forEach(ConfigurableApplicationContext::close);
			threads.shutdown();
		}
	}

	private static Map<Integer, Long> departures(EtcdResolver caller, Set<Integer> leaving) {
		Map<Integer, Long> departures = new ConcurrentHashMap<>();
		caller.subscribe("echo", (snapshot) -> {
			List<Integer> present = snapshot.instances().stream().map(Instance::port).toList();
			leaving.stream()
				.filter((port) -> !present.contains(port))
				.forEach((port) -> departures.putIfAbsent(port, System.nanoTime()));
		});
		return departures;
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(15)).until(condition);
	}

}
