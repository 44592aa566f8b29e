package io.github.etcddiscovery.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.test.EtcdCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A registration outlives whatever happens to a real etcd and to its key.
 */
class RegistryIT {

	private static final Duration LOADED = Duration.ofSeconds(5);

	/**
	 * A restarted etcd gives each lease its whole time again, and gRPC can take 3 s to
	 * notice that it is back.
	 */
	private static final Duration TTL = Duration.ofSeconds(5);

	private final EtcdCluster etcd = EtcdCluster.single();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()));

	private final EtcdRegistry registry = EtcdRegistry.create(this.client, RegistryOptions.defaults().withTtl(TTL));

	private final Instance instance = Instance.of("echo-" + UUID.randomUUID(), "10.0.0.5", 8888);

	private final Bytes key = Bytes.utf8("kitex/registry-etcd/" + this.instance.service() + "/10.0.0.5:8888");

	@AfterEach
	void close() {
		this.registry.close();
		this.client.close();
		this.etcd.close();
	}

	@Test
	void anInstanceIsRegisteredAndRemovedWhenTheRegistryCloses() {
		Registration registration = registered();
		assertThat(entry().value().strictUtf8())
			.isEqualTo("{\"network\":\"tcp\",\"address\":\"10.0.0.5:8888\",\"weight\":10,\"tags\":null}");
		assertThat(entry().lease()).isEqualTo(this.registry.lease().id());

		this.registry.close();
		assertThat(entries()).isEmpty();
		assertThat(registration.state()).isEqualTo(RegistrationState.CLOSED);
	}

	@Test
	void etcdThatIsRestartedWithinTheTtlKeepsLeaseAndKey() {
		Registration registration = registered();
		Entry before = entry();
		this.etcd.kill();
		this.etcd.restart();
		within(Duration.ofSeconds(6), () -> registration.state() == RegistrationState.REGISTERED
				&& this.registry.lease().sinceRenewal().compareTo(TTL) < 0);

		staysFor(TTL.plusSeconds(2), before);
	}

	/**
	 * From 3.5 on etcd waits for 7 s for its watches to end, takes no calls meanwhile,
	 * and ends leases. 3.4 ends at once.
	 */
	@Tag("long")
	@Test
	void etcdThatIsToldToEndKeepsLeaseAndKey() {
		Registration registration = registered();
		Entry before = entry();
		this.etcd.restart();
		within(Duration.ofSeconds(6), () -> registration.state() == RegistrationState.REGISTERED
				&& this.registry.lease().sinceRenewal().compareTo(TTL) < 0);

		assertThat(entries()).containsExactly(before);
	}

	@ParameterizedTest
	@ValueSource(ints = { 9 })
	void etcdThatIsAwayForLongerThanTheTtlKeepsLeaseAndKeyToo(int seconds) {
		outage(Duration.ofSeconds(seconds));
	}

	@Tag("long")
	@ParameterizedTest
	@ValueSource(ints = { 45, 90 })
	void etcdThatIsAwayForVeryLongKeepsLeaseAndKeyToo(int seconds) {
		outage(Duration.ofSeconds(seconds));
	}

	private void outage(Duration duration) {
		Registration registration = registered();
		Entry before = entry();
		this.etcd.kill();
		await().atMost(TTL.multipliedBy(2)).until(() -> registration.state() == RegistrationState.UNCERTAIN);
		await().pollDelay(duration).atMost(duration.plusSeconds(5)).until(() -> true);
		this.etcd.restart();
		within(Duration.ofSeconds(6), () -> registration.state() == RegistrationState.REGISTERED);

		staysFor(TTL.plusSeconds(2), before);
	}

	@Test
	void etcdThatWasWipedIsWrittenWithinSixSeconds() {
		Registration registration = registered();
		this.etcd.wipe();
		within(Duration.ofSeconds(6), () -> !entries().isEmpty());
		within(Duration.ofSeconds(1), () -> registration.state() == RegistrationState.REGISTERED);
	}

	@Test
	void etcdThatWasRestoredFromABackupHoldsWhatWasAskedForLast() {
		Registration registration = registered();
		Registration other = this.registry.register(Instance.of(this.instance.service(), "10.0.0.5", 8889));
		String otherKey = other.keys().get(0).key();
		within(Duration.ofSeconds(1), () -> this.etcd.get(otherKey).isPresent());
		long lease = this.registry.lease().id();
		Path backup = this.etcd.backup();
		registration.update((instance) -> instance.withWeight(30));
		other.close();
		within(Duration.ofSeconds(1), () -> weighs(30) && this.etcd.get(otherKey).isEmpty());
		this.etcd.restore(backup);
		within(Duration.ofSeconds(6), () -> weighs(30) && this.etcd.get(otherKey).isEmpty());
		assertThat(entry().lease()).as("kept: it was asked for its keys").isEqualTo(lease);
		assertThat(this.registry.lease().id()).isEqualTo(lease);
		within(TTL.dividedBy(3), () -> registration.state() == RegistrationState.REGISTERED);
	}

	private boolean weighs(int weight) {
		return String.valueOf(entry().value().strictUtf8()).contains("\"weight\":" + weight);
	}

	@Test
	void aDeletedKeyIsBackWithinASecondUnderTheSameLease() {
		registered();
		long lease = entry().lease();
		this.etcd.delete(this.key.toString());
		within(Duration.ofSeconds(1), () -> !entries().isEmpty());
		assertThat(entry().lease()).isEqualTo(lease);
	}

	@Test
	void aRevokedLeaseIsReplacedWithinASecond() {
		registered();
		long lease = entry().lease();
		this.etcd.revoke(lease);
		within(Duration.ofSeconds(1), () -> !entries().isEmpty());
		assertThat(entry().lease()).isNotEqualTo(lease);
	}

	@Test
	void etcdThatIsDownAtTheStartIsUsedWithinSixSecondsOfItsComing() {
		this.etcd.kill();
		Registration registration = this.registry.register(this.instance);
		await().atMost(Duration.ofSeconds(20)).until(() -> registration.keys().get(0).attempts() >= 5);
		this.etcd.restart();
		within(Duration.ofSeconds(6), () -> registration.state() == RegistrationState.REGISTERED);
		assertThat(entries()).hasSize(1);
	}

	@Test
	void aSuccessorAtTheSameAddressIsAConflictForUsAndStaysUntouchedWhenWeLeave() {
		Registration registration = registered();
		try (EtcdClient other = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()));
				EtcdRegistry successor = EtcdRegistry.create(other, RegistryOptions.defaults().withTtl(TTL))) {
			successor.register(this.instance);
			within(Duration.ofSeconds(1), () -> registration.state() == RegistrationState.CONFLICT);
			this.registry.close();
			assertThat(entry().lease()).isEqualTo(successor.lease().id());
		}
	}

	@Test
	void frozenEtcdDoesNotHoldUpAShutdownForLongerThanTheRequestTimeout() {
		registered();
		this.etcd.freeze();
		long startedAt = System.nanoTime();
		this.registry.close();
		assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isBetween(Duration.ofMillis(2_900),
				Duration.ofMillis(5_900));
		this.client.close();
		this.etcd.unfreeze();
		try (EtcdClient fresh = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()))) {
			await().atMost(TTL.plusSeconds(2)).until(() -> entries(fresh).isEmpty());
		}
	}

	@Test
	void aClosedRegistryLeavesNoThread() {
		registered();
		this.registry.close();
		await().atMost(Duration.ofSeconds(20))
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().equals("etcd-registry")));
	}

	private Registration registered() {
		Registration registration = this.registry.register(this.instance);
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
		return registration;
	}

	private void staysFor(Duration duration, Entry before) {
		await().during(duration)
			.atMost(duration.plusSeconds(3))
			.pollInterval(Duration.ofMillis(50))
			.until(() -> entries().equals(List.of(before)));
	}

	/**
	 * What is shown to the second on hand-driven time needs more on a machine with a
	 * load.
	 */
	private static void within(Duration duration, Callable<Boolean> condition) {
		await().atMost(duration.plus(LOADED)).pollInterval(Duration.ofMillis(10)).until(condition);
	}

	private Entry entry() {
		return entries().get(0);
	}

	private List<Entry> entries() {
		try (EtcdClient observer = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()))) {
			return entries(observer);
		}
	}

	private List<Entry> entries(EtcdClient observer) {
		return Lists.whole(observer, KeyRange.single(this.key)).join().entries();
	}

}
