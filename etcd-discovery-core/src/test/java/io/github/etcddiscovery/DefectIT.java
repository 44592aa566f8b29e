package io.github.etcddiscovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.etcddiscovery.client.ClientThreads;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Defects of the Go originals that only a real etcd and real threads can show. */
class DefectIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final KeyRange ALL = KeyRange.prefix(Bytes.utf8("kitex/"));

	private static final Instance ECHO = Instance.of("echo", "10.0.0.5", 8888);

	private final ClientThreads threads = new ClientThreads();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	@Test
	void d13ManyThreadsMayRegisterChangeAndLeaveAtOnce() throws Exception {
		EtcdRegistry registry = EtcdRegistry.create(this.client, RegistryOptions.defaults());
		try (this.client; registry) {
			Registration shared = registry.register(ECHO);
			ExecutorService threads = Executors.newFixedThreadPool(8);
			List<CompletableFuture<Void>> all = IntStream.range(0, 8)
				.mapToObj((thread) -> CompletableFuture.runAsync(() -> useAtOnce(registry, shared, thread), threads))
				.toList();
			CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
			threads.shutdown();
			shared.update((instance) -> instance.withWeight(777));
			await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
				assertThat(shared.state()).isEqualTo(RegistrationState.REGISTERED);
				List<Entry> entries = Lists.whole(this.client, ALL).join().entries();
				assertThat(entries).hasSize(5).allMatch((entry) -> entry.lease() == registry.lease().id());
				assertThat(entries.get(0).value().strictUtf8()).contains("\"weight\":777");
			});
		}
		try (EtcdClient other = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()))) {
			assertThat(Lists.whole(other, ALL).join().entries()).isEmpty();
		}
	}

	/** Of the eight services of eight threads, every second one stays. */
	private static void useAtOnce(EtcdRegistry registry, Registration shared, int thread) {
		Instance own = Instance.of("own-" + thread, "10.0.0.5", 9000 + thread);
		for (int i = 0; i < 30; i++) {
			int weight = i + 1;
			shared.suspend("reason-" + thread);
			shared.update((instance) -> instance.withWeight(weight).withTag("thread", String.valueOf(thread)));
			registry.register(own.withWeight(weight));
			shared.resume("reason-" + thread);
		}
		if (thread % 2 == 0) {
			registry.register(own).close();
		}
	}

	@Test
	void d16ClosingLeavesNoThreadOfClientRegistryAndResolver() {
		EtcdRegistry registry = EtcdRegistry.create(this.client, RegistryOptions.defaults());
		EtcdResolver resolver = EtcdResolver.create(this.client, ResolverOptions.defaults());
		registry.register(ECHO);
		await().atMost(Duration.ofSeconds(10)).until(() -> resolver.instances("echo").size() == 1);
		resolver.subscribe("echo", (snapshot) -> {
		});
		assertThat(this.threads.alive()).isNotEmpty();
		resolver.close();
		registry.close();
		this.client.close();

		await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(this.threads.alive()).isEmpty());
	}

	/** go-kit's Register closes the watcher of the client that it is given. */
	@Test
	void g2RegisteringEndsNoWatchOfTheSameClient() {
		List<String> resyncs = new CopyOnWriteArrayList<>();
		ResolverOptions options = ResolverOptions.defaults().withObserver(new DiscoveryObserver() {

			@Override
			public void resync(String reason) {
				resyncs.add(reason);
			}

		});
		try (this.client;
				EtcdResolver resolver = EtcdResolver.create(this.client, options);
				EtcdRegistry registry = EtcdRegistry.create(this.client, RegistryOptions.defaults())) {
			for (int port = 9001; port <= 9005; port++) {
				registry.register(Instance.of("echo", "10.0.0.5", port));
				int expected = port - 9000;
				await().atMost(Duration.ofSeconds(10)).until(() -> resolver.instances("echo").size() == expected);
			}
			assertThat(resyncs).isEmpty();
			assertThat(resolver.staleFor()).isZero();
		}
	}

	/** go-kit's calls wait for as long as etcd is away. */
	@Test
	void g6EveryCallHasADeadline() {
		try (this.client) {
			this.client.probe(ALL).join();
			etcd.cluster().freeze();
			List<CompletableFuture<?>> calls = List.of(this.client.grant(Duration.ofSeconds(10)),
					Lists.whole(this.client, ALL), Lists.keys(this.client, ALL), this.client.probe(ALL),
					this.client.revoke(1), this.client.leaseKeys(1), this.client.renew(1, Duration.ofSeconds(1)));
			assertThat(calls).allSatisfy((call) -> assertThat(call).failsWithin(Duration.ofSeconds(20)));
		}
		finally {
			etcd.cluster().unfreeze();
		}
	}

	/** go-kit asks for 2 s where 2.9 s are wanted, and for nothing where 0.6 s are. */
	@Test
	void g8ATtlWithAFractionOfASecondIsRoundedUp() {
		try (this.client) {
			assertThat(this.client.grant(Duration.ofMillis(4_100)).join().ttl()).isEqualTo(Duration.ofSeconds(5));
			assertThat(this.client.grant(Duration.ofMillis(4_999)).join().ttl()).isEqualTo(Duration.ofSeconds(5));
			assertThat(this.client.grant(Duration.ofSeconds(5)).join().ttl()).isEqualTo(Duration.ofSeconds(5));
		}
	}

}
