package io.github.etcddiscovery.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.model.SnapshotTool;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A real etcd is restored from a snapshot, in ways that its revision does not tell. */
class RestoredEtcdIT {

	/** What a loaded machine may take longer. */
	private static final Duration LOADED = Duration.ofSeconds(5);

	private final EtcdCluster etcd = EtcdCluster
		.create(EtcdSettings.defaults().withFlag("initial-cluster-token", SnapshotTool.TOKEN))
		.start();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()));

	private final EtcdRegistry registry = EtcdRegistry.create(this.client, RegistryOptions.defaults());

	private final List<AutoCloseable> open = new ArrayList<>(List.of(this.etcd, this.client, this.registry));

	@AfterEach
	void close() throws Exception {
		for (int i = this.open.size(); i-- > 0;) {
			this.open.get(i).close();
		}
	}

	@Test
	void aRestoreThatNoRevisionTellsOfLeavesNoGhostAndNoOldValue() throws IOException {
		SnapshotTool tool = SnapshotTool.of(this.etcd);
		String cluster = tool.clusterId();
		Registration staying = registered(instance(1));
		Registration leaving = registered(instance(2));
		Path snapshot = tool.save();
		leaving.close();
		staying.update((instance) -> instance.withWeight(30));
		within(Duration.ofSeconds(1), () -> value(instance(1)).contains("\"weight\":30"));
		long before = this.etcd.revision();
		tool.restore(snapshot, SnapshotTool.TOKEN, "--bump-revision", "1000000", "--mark-compacted");
		assertThat(this.etcd.revision()).isGreaterThan(before + 900_000);
		assertThat(tool.clusterId()).isEqualTo(cluster);

		within(Duration.ofSeconds(12), () -> standing().equals(List.of(key(instance(1)))));
		within(Duration.ofSeconds(1), () -> value(instance(1)).contains("\"weight\":30"));
	}

	@Tag("long")
	@Test
	void aRestoreThatMakesItAnotherClusterHealsWithoutARestartOfTheProcess() throws IOException {
		SnapshotTool tool = SnapshotTool.of(this.etcd);
		String cluster = tool.clusterId();
		EtcdResolver resolver = EtcdResolver.create(this.client, ResolverOptions.defaults());
		this.open.add(resolver);
		Registration staying = registered(instance(1));
		within(Duration.ofSeconds(1), () -> resolver.instances("echo").size() == 1);
		Path snapshot = tool.save();
		LoggedLines log = new LoggedLines("io.github.etcddiscovery");
		this.open.add(log);
		tool.restore(snapshot, "the-one-that-was-restored");
		assertThat(tool.clusterId()).isNotEqualTo(cluster);

		within(Duration.ofSeconds(20),
				() -> tellingOfAnotherCluster(log) > 0 && staying.state() == RegistrationState.REGISTERED);
		this.etcd.delete(key(instance(1)));
		within(Duration.ofSeconds(6), () -> standing().equals(List.of(key(instance(1)))));
		Registration later = registered(instance(2));
		within(Duration.ofSeconds(6), () -> resolver.instances("echo").size() == 2);
		later.close();
		within(Duration.ofSeconds(1), () -> resolver.instances("echo").size() == 1);
		assertThat(resolver.staleFor()).isZero();
		assertThat(tellingOfAnotherCluster(log)).isEqualTo(1);
		assertThat(log.at("WARN")).as("and one of each loop that etcd was away").hasSizeLessThanOrEqualTo(3);
		assertThat(log.at("ERROR")).isEmpty();
	}

	private static long tellingOfAnotherCluster(LoggedLines log) {
		return log.at("WARN").stream().filter((line) -> line.contains("another cluster now")).count();
	}

	private static Instance instance(int number) {
		return Instance.of("echo", "10.0.0." + number, 8888);
	}

	private static String key(Instance instance) {
		return "kitex/registry-etcd/echo/" + instance.address();
	}

	private String value(Instance instance) {
		return this.etcd.get(key(instance)).orElse("absent");
	}

	/** Asked by a client that knows nothing of what was before. */
	private List<String> standing() {
		try (EtcdClient fresh = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()))) {
			return Lists.whole(fresh, KeyRange.prefix(Bytes.utf8("kitex/")))
				.join()
				.entries()
				.stream()
				.map(Entry::key)
				.map(Bytes::toString)
				.toList();
		}
	}

	private Registration registered(Instance instance) {
		Registration registration = this.registry.register(instance);
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
		return registration;
	}

	private static void within(Duration duration, Callable<Boolean> condition) {
		await().atMost(duration.plus(LOADED)).ignoreExceptions().pollInterval(Duration.ofMillis(50)).until(condition);
	}

}
