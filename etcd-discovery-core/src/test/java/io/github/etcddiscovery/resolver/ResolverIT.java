package io.github.etcddiscovery.resolver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.guard.GuardOptions;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A resolver sees what stands in a real etcd, and goes on seeing it through its faults.
 */
class ResolverIT {

	private static final Duration LOADED = Duration.ofSeconds(5);

	private static final Duration TTL = Duration.ofSeconds(5);

	private static final String PREFIX = "kitex/registry-etcd/";

	private final EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withProxies()).start();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()));

	private final EtcdRegistry registry = EtcdRegistry.create(this.client, RegistryOptions.defaults().withTtl(TTL));

	private final List<String> resyncs = new CopyOnWriteArrayList<>();

	private final List<String> counts = new CopyOnWriteArrayList<>();

	private final List<String> rejected = new CopyOnWriteArrayList<>();

	/** Shows what stands in etcd, also where all of it is lost at once. */
	private final EtcdResolver resolver = EtcdResolver.create(this.client,
			ResolverOptions.defaults().withGuard(GuardOptions.off()).withObserver(new DiscoveryObserver() {

				@Override
				public void resync(String reason) {
					ResolverIT.this.resyncs.add(reason);
				}

				@Override
				public void rejected(String reason) {
					ResolverIT.this.rejected.add(reason);
				}

				@Override
				public void instances(String service, int instances) {
					ResolverIT.this.counts.add(service + "=" + instances);
				}

			}));

	@AfterEach
	void close() {
		this.resolver.close();
		this.registry.close();
		this.client.close();
		this.etcd.close();
	}

	@Test
	void aRegistrationIsSeenAndItsEndToo() {
		assertThat(this.resolver.instances("echo")).isEmpty();
		Instance instance = instance(1).withWeight(20).withTag("zone", "z1");
		this.registry.register(instance);
		within(Duration.ofSeconds(3), () -> this.resolver.instances("echo").equals(List.of(instance)));
		this.registry.registrations().get(0).update((old) -> old.withWeight(30));
		within(Duration.ofSeconds(1), () -> this.resolver.instances("echo").get(0).weight() == 30);
		this.registry.close();
		within(Duration.ofSeconds(1), () -> this.resolver.instances("echo").isEmpty());
	}

	@Test
	void listsDoNotChangeOverARestartOfEtcdWithinTheTtlAndBeyond() {
		IntStream.rangeClosed(1, 10).forEach((number) -> this.registry.register(instance(number)));
		within(Duration.ofSeconds(5), () -> this.resolver.instances("echo").size() == 10);
		List<Instance> list = this.resolver.instances("echo");
		this.counts.clear();
		for (Duration outage : List.of(TTL.dividedBy(2), TTL.plusSeconds(2))) {
			this.etcd.kill();
			await().atMost(outage.plusSeconds(2)).until(() -> this.resolver.staleFor().compareTo(outage) >= 0);
			this.etcd.restart();
			within(Duration.ofSeconds(6), () -> this.resolver.staleFor().isZero());
		}
		await().during(TTL.plusSeconds(2)).atMost(TTL.plusSeconds(4)).until(() -> this.counts.isEmpty());
		assertThat(this.resolver.instances("echo")).isSameAs(list);
		assertThat(this.resyncs).hasSizeGreaterThanOrEqualTo(2).containsOnly("unavailable");
	}

	@Test
	void aCompactionBehindACutIsFollowedByTheExactDifference() {
		put("a", 1);
		put("a", 2);
		put("b", 1);
		within(Duration.ofSeconds(3), () -> this.resolver.services().equals(List.of("a", "b")));
		within(Duration.ofSeconds(3), () -> this.resolver.instances("a").size() == 2);
		List<Instance> untouched = this.resolver.instances("b");
		Instance kept = this.resolver.instances("a").get(1);
		this.counts.clear();
		this.etcd.proxy().cut();
		this.etcd.delete(key("a", 1));
		put("a", 3);
		put("c", 1);
		this.etcd.compact(this.etcd.revision());
		this.etcd.proxy().heal();
		within(Duration.ofSeconds(8), () -> this.resolver.services().equals(List.of("a", "b", "c")));
		assertThat(this.resolver.instances("a")).extracting(Instance::host).containsExactly("10.0.0.2", "10.0.0.3");
		assertThat(this.resolver.instances("a").get(0)).isSameAs(kept);
		assertThat(this.resolver.instances("b")).isSameAs(untouched);
		assertThat(this.counts).containsExactlyInAnyOrder("a=2", "c=1");
	}

	@Test
	void aWipedEtcdIsReadAnewAndFollowedFromItsLowRevisionsOn() {
		IntStream.rangeClosed(1, 20).forEach((number) -> put("gone", number));
		this.registry.register(instance(1));
		within(Duration.ofSeconds(5), () -> this.resolver.instances("gone").size() == 20);
		this.etcd.wipe();
		within(Duration.ofSeconds(8), () -> this.resolver.services().equals(List.of("echo")));
		put("new", 1);
		within(Duration.ofSeconds(1), () -> this.resolver.instances("new").size() == 1);
		assertThat(this.resyncs).contains("revision_regressed");
	}

	@Test
	void anOlderCopyThatIsRestoredIsWhatIsSeen() {
		put("a", 1);
		Path backup = this.etcd.backup();
		IntStream.rangeClosed(2, 9).forEach((number) -> put("a", number));
		within(Duration.ofSeconds(3), () -> this.resolver.instances("a").size() == 9);
		this.etcd.restore(backup);
		within(Duration.ofSeconds(8), () -> this.resolver.instances("a").size() == 1);
		put("a", 7);
		within(Duration.ofSeconds(1), () -> this.resolver.instances("a").size() == 2);
	}

	@Test
	void badValuesAreLeftOutAndTheOthersServed() {
		put("a", 1);
		this.etcd.put(PREFIX + "a/10.0.0.2:8888", "{\"network\":\"tcp\",\"address\":");
		this.etcd.put(PREFIX + "a/10.0.0.3:8888", "x".repeat(100_000));
		this.etcd.put(PREFIX + "a/evil", "{\"network\":\"tcp\",\"address\":\"169.254.169.254:80\",\"weight\":10}");
		put("a", 4);
		within(Duration.ofSeconds(3), () -> this.resolver.instances("a").size() == 2);
		within(Duration.ofSeconds(1), () -> this.rejected.size() == 3);
		assertThat(this.rejected).containsExactly("malformed", "too_large", "address");
		this.etcd.put(key("a", 4), "turned bad");
		within(Duration.ofSeconds(1), () -> this.resolver.instances("a").size() == 1);
	}

	@Test
	void aServiceOfAThousandIsSeenWhole() {
		EtcdRegistry large = EtcdRegistry.create(this.client, RegistryOptions.defaults());
		List<Instance> thousand = new ArrayList<>();
		for (int i = 0; i < 1_000; i++) {
			thousand.add(Instance.of("big", "10.1." + (i / 250) + "." + (i % 250), 80));
		}
		thousand.forEach(large::register);
		within(Duration.ofSeconds(20), () -> this.resolver.instances("big").size() == 1_000);
		assertThat(this.resolver.instances("big")).containsExactlyInAnyOrderElementsOf(thousand);
		large.close();
		within(Duration.ofSeconds(20), () -> this.resolver.instances("big").isEmpty());
	}

	@Test
	void whatWasStartedWithoutEtcdSeesItWithinSixSecondsOfItsComing() {
		this.etcd.kill();
		try (EtcdClient other = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()));
				EtcdResolver cold = EtcdResolver.create(other, ResolverOptions.defaults())) {
			assertThat(cold.await("echo").state()).isEqualTo(ServiceSnapshot.State.UNREAD);
			await().atMost(Duration.ofSeconds(10)).until(() -> cold.staleFor().toSeconds() >= 8);
			this.etcd.restart();
			within(Duration.ofSeconds(6), () -> cold.snapshot("echo").state() == ServiceSnapshot.State.READ);
		}
	}

	@Test
	void byServiceOnlyWhatIsAskedForIsFollowed() {
		put("a", 1);
		put("b", 1);
		try (EtcdResolver byService = EtcdResolver.create(this.client,
				ResolverOptions.defaults().withScope(Scope.SERVICE))) {
			assertThat(byService.instances("a")).hasSize(1);
			assertThat(byService.services()).containsExactly("a", "b");
			assertThat(byService.snapshots()).hasSize(1);
			put("a", 2);
			within(Duration.ofSeconds(1), () -> byService.instances("a").size() == 2);
		}
	}

	private static Instance instance(int number) {
		return Instance.of("echo", "10.0.0." + number, 8888);
	}

	private static String key(String service, int number) {
		return PREFIX + service + "/10.0.0." + number + ":8888";
	}

	private void put(String service, int number) {
		Instance instance = Instance.of(service, "10.0.0." + number, 8888);
		this.etcd.put(key(service, number), String.valueOf(Layout.kitex().codec().value(instance).strictUtf8()));
	}

	/**
	 * What is shown to the second on hand-driven time needs more on a machine with a
	 * load.
	 */
	private static void within(Duration duration, Callable<Boolean> condition) {
		await().atMost(duration.plus(LOADED)).pollInterval(Duration.ofMillis(10)).until(condition);
	}

}
