package io.github.etcddiscovery.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Writes that a real etcd applies late, a restore that no revision tells of, and very
 * many keys.
 */
class RegistryFaultsIT {

	private static final Duration LOADED = Duration.ofSeconds(5);

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

	/** Of forty rounds five showed it when nothing was done against it. */
	@Tag("long")
	@Test
	void aPutThatIsAppliedAfterItsRegistrationWasClosedLeavesNoGhost() {
		Registration staying = registered(instance(1));
		for (int round = 0; round < 20; round++) {
			Instance leaving = instance(100 + round);
			Registration registration = this.registry.register(leaving);
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200L * round));
			this.etcd.freeze();
			Thread closer = new Thread(registration::close);
			closer.start();
			LockSupport.parkNanos(Duration.ofMillis(3_100 + 60L * round).toNanos());
			this.etcd.unfreeze();
			await().atMost(Duration.ofSeconds(20)).until(() -> !closer.isAlive());
			within(Duration.ofSeconds(8), () -> staying.state() == RegistrationState.REGISTERED);
			within(Duration.ofSeconds(8), () -> standing().equals(List.of(key(instance(1)))));
		}
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
			LockSupport.parkNanos(Duration.ofMillis(round % 7).toNanos());
			Registration after = this.registry.register(again);
			within(Duration.ofSeconds(1), () -> after.state() == RegistrationState.REGISTERED);
			await().during(Duration.ofSeconds(1))
				.atMost(Duration.ofSeconds(3))
				.until(() -> this.etcd.get(key(again)).isPresent());
		}
	}

	@Test
	void aRestoreThatNoRevisionTellsOfLeavesNoGhostAndNoOldValue() throws IOException {
		assumeThat(this.etcd.etcdctl("snapshot", "--help")).contains("restore");
		assumeThat(this.etcd.etcdctl("snapshot", "restore", "--help")).contains("bump-revision");
		Registration staying = registered(instance(1));
		Registration leaving = registered(instance(2));
		Path backup = this.etcd.backup();
		Path member = memberOf(backup);
		Path snapshot = backup.resolve("snapshot");
		this.etcd.etcdctl("snapshot", "save", snapshot.toString());
		leaving.close();
		staying.update((instance) -> instance.withWeight(30));
		within(Duration.ofSeconds(1), () -> value(instance(1)).contains("\"weight\":30"));
		restored(snapshot, member);
		this.etcd.restore(backup);

		within(Duration.ofSeconds(12), () -> standing().equals(List.of(key(instance(1)))));
		within(Duration.ofSeconds(1), () -> value(instance(1)).contains("\"weight\":30"));
	}

	private static Path memberOf(Path backup) throws IOException {
		try (Stream<Path> members = Files.list(backup)) {
			return members.findFirst().orElseThrow();
		}
	}

	private void restored(Path snapshot, Path member) throws IOException {
		Path data = member.resolveSibling("restored");
		String name = String.valueOf(member.getFileName());
		this.etcd.etcdctl("snapshot", "restore", snapshot.toString(), "--data-dir", data.toString(), "--name", name,
				"--initial-cluster", name + "=http://localhost:2380", "--initial-advertise-peer-urls",
				"http://localhost:2380", "--bump-revision", "1000000", "--mark-compacted");
		Files.move(member, member.resolveSibling("former"));
		Files.move(data, member);
	}

	@Test
	void aThousandInstancesAreAllBackSoonAfterTheirKeysWereDeleted() {
		long startedAt = System.nanoTime();
		List<Registration> many = new ArrayList<>();
		for (int i = 0; i < 1_000; i++) {
			many.add(this.registry.register(instance(i)));
		}
		many.forEach((one) -> one.whenRegistered().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join());
		System.out.println("1,000 registrations: " + (System.nanoTime() - startedAt) / 1_000_000 + " ms");
		assertThat(standing()).hasSize(1_000);
		this.etcd.etcdctl("del", "--prefix", "kitex/");
		within(Duration.ofSeconds(1), () -> standing().size() == 1_000);
		assertThat(many).allMatch((one) -> one.state() == RegistrationState.REGISTERED);
	}

	private static Instance instance(int number) {
		return Instance.of("echo", "10.0." + number / 250 + "." + (number % 250 + 1), 8888);
	}

	private static String key(Instance instance) {
		return "kitex/registry-etcd/echo/" + instance.address();
	}

	private String value(Instance instance) {
		return this.etcd.get(key(instance)).orElse("absent");
	}

	private List<String> standing() {
		return Lists.whole(this.observer, ALL).join().entries().stream().map(Entry::key).map(Bytes::toString).toList();
	}

	private Registration registered(Instance instance) {
		Registration registration = this.registry.register(instance);
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
		return registration;
	}

	private static void within(Duration duration, Callable<Boolean> condition) {
		await().atMost(duration.plus(LOADED)).ignoreExceptions().pollInterval(Duration.ofMillis(10)).until(condition);
	}

}
