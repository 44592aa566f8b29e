package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.registry.WatchedKeys.KeyEvent;
import io.github.etcddiscovery.test.EtcdCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Writes that a real etcd applies late, and very many keys.
 */
class RegistryFaultsIT {

	/** What a loaded machine may take longer. */
	private static final Duration LOADED = Duration.ofSeconds(2);

	private static final KeyRange ALL = KeyRange.prefix(Bytes.utf8("kitex/"));

	private final EtcdCluster etcd = EtcdCluster.single();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()));

	private final EtcdClient observer = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()));

	private final EtcdRegistry registry = EtcdRegistry.create(this.client, RegistryOptions.defaults());

	@AfterEach
	void close() {
		this.registry.close();
		this.client.close();
		this.observer.close();
		this.etcd.close();
	}

	/**
	 * Of forty rounds five showed it when nothing was done against it. There are more of
	 * them until one has shown that etcd applied a put late; where none has, the machine
	 * was too busy to freeze etcd at the right moment. {@link LatePutIT} leaves that to
	 * no chance.
	 */
	@Tag("long")
	@Test
	void aPutThatIsAppliedAfterItsRegistrationWasClosedLeavesNoGhost() {
		Registration staying = registered(instance(1));
		int late = 0;
		try (WatchedKeys watched = new WatchedKeys(this.etcd, "kitex/")) {
			for (int round = 0; round < 20 || (late == 0 && round < 80); round++) {
				late += isAppliedLate(instance(100 + round), round, watched) ? 1 : 0;
				within(Duration.ofSeconds(8), () -> staying.state() == RegistrationState.REGISTERED);
			}
		}
		assumeThat(late).as("puts that etcd applied late in 80 rounds").isPositive();
	}

	/**
	 * Closes a registration whose put has just been sent to an etcd that is frozen until
	 * the deadline of the put has passed.
	 */
	private boolean isAppliedLate(Instance leaving, int round, WatchedKeys watched) {
		Registration registration = this.registry.register(leaving);
		awaitElapsed(Duration.ofNanos(200_000L * (round % 20)));
		this.etcd.freeze();
		awaitElapsed(Duration.ofMillis(50));
		boolean answered = registration.state() == RegistrationState.REGISTERED;
		Thread closer = new Thread(registration::close);
		closer.start();
		awaitElapsed(Duration.ofMillis(3_100 + 60L * (round % 20)));
		long thawedAt = System.nanoTime();
		this.etcd.unfreeze();
		await().atMost(Duration.ofSeconds(20)).until(() -> !closer.isAlive());
		within(Duration.ofSeconds(8), () -> standing().equals(List.of(key(instance(1)))));
		List<KeyEvent> puts = watched.eventsOf(key(leaving)).stream().filter(KeyEvent::put).toList();
		within(Duration.ofSeconds(1), () -> watched.eventsOf(key(leaving)).size() == 2 * puts.size());
		List<KeyEvent> late = puts.stream().filter((put) -> !answered && put.at() - thawedAt > 0).toList();
		for (KeyEvent put : late) {
			assertThat(watched.deletionOf(put).since(put)).isLessThan(Duration.ofSeconds(1).plus(LOADED));
		}
		return !late.isEmpty();
	}

	@Tag("long")
	@Test
	void whatIsRegisteredAgainWithoutWaitingForItsRemovalStands() {
		for (int i = 0; i < 20; i++) {
			registered(instance(i));
		}
		Instance again = instance(500);
		registered(again);
		for (int round = 0; round < 17; round++) {
			Registration before = this.registry.register(again);
			RegistryRig.leave(before);
			awaitElapsed(Duration.ofMillis(round % 7));
			Registration after = this.registry.register(again);
			within(Duration.ofSeconds(1), () -> after.state() == RegistrationState.REGISTERED);
			await().during(Duration.ofSeconds(1))
				.atMost(Duration.ofSeconds(3))
				.until(() -> this.etcd.get(key(again)).isPresent());
		}
	}

	@Test
	void aThousandInstancesAreAllBackSoonAfterTheirKeysWereDeleted() {
		long startedAt = System.nanoTime();
		List<Registration> many = new ArrayList<>();
		for (int i = 0; i < 1_000; i++) {
			many.add(this.registry.register(instance(i)));
		}
		many.forEach((one) -> one.whenRegistered().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join());
		// How long this machine takes for so many writes, however busy it is.
		Duration soMany = Duration.ofNanos(System.nanoTime() - startedAt);
		assertThat(standing()).hasSize(1_000);
		try (WatchedKeys watched = new WatchedKeys(this.etcd, "kitex/")) {
			this.etcd.etcdctl("del", "--prefix", "kitex/");
			within(soMany.multipliedBy(2).plusSeconds(1), () -> watched.events().size() == 2_000);
			List<KeyEvent> events = watched.events();
			assertThat(events.subList(1_000, 2_000)).allMatch(KeyEvent::put);
			assertThat(events.get(1_999).since(events.get(999))).isLessThan(soMany.multipliedBy(2).plusSeconds(1));
		}
		assertThat(standing()).hasSize(1_000);
		within(Duration.ofSeconds(1),
				() -> many.stream().allMatch((one) -> one.state() == RegistrationState.REGISTERED));
	}

	private static Instance instance(int number) {
		return Instance.of("echo", "10.0." + number / 250 + "." + (number % 250 + 1), 8888);
	}

	private static String key(Instance instance) {
		return "kitex/registry-etcd/echo/" + instance.address();
	}

	private List<String> standing() {
		return Lists.whole(this.observer, ALL).join().entries().stream().map(Entry::key).map(Bytes::toString).toList();
	}

	private Registration registered(Instance instance) {
		Registration registration = this.registry.register(instance);
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
		return registration;
	}

	private static void awaitElapsed(Duration duration) {
		Executor later = CompletableFuture.delayedExecutor(duration.toNanos(), TimeUnit.NANOSECONDS, OWN_THREADS);
		CompletableFuture.runAsync(() -> {
		}, later).join();
	}

	private static void within(Duration duration, Callable<Boolean> condition) {
		await().atMost(duration.plus(LOADED)).ignoreExceptions().pollInterval(Duration.ofMillis(10)).until(condition);
	}

}
