package io.github.etcddiscovery.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.test.EtcdCluster;

/**
 * A real etcd with the instances of one service, written by a client of its own, as Kitex
 * would. Not thread-safe.
 */
final class Fleet implements AutoCloseable {

	static final String SERVICE = "service.music.user";

	static final Layout LAYOUT = Layout.kitex();

	private final EtcdCluster etcd = EtcdCluster.single();

	private final EtcdClient writer = connect();

	private final long lease = this.writer.grant(Duration.ofMinutes(5)).join().id();

	/** Of each instance the revision of its last write. */
	private final List<CompletableFuture<Long>> revisions = new ArrayList<>();

	Fleet(int size) {
		for (int i = 0; i < size; i++) {
			this.revisions.add(CompletableFuture.completedFuture(0L));
			write(i, Instance.DEFAULT_WEIGHT);
		}
		awaitWrites();
	}

	String endpoint() {
		return this.etcd.endpoint();
	}

	EtcdClient connect() {
		return EtcdClient.connect(EtcdClientSettings.of(endpoint()));
	}

	int size() {
		return this.revisions.size();
	}

	/** Writes an instance with another weight and returns at once. */
	void write(int number, int weight) {
		Instance instance = new Instance(SERVICE, "10.0." + number / 250 + "." + (1 + number % 250), 8888, weight,
				Map.of("region", "cn-north", "version", "v1.4.2", "zone", "z" + number % 3));
		this.revisions.set(number,
				this.revisions.get(number)
					.thenCompose((revision) -> this.writer.commit(
							new Write.Put(LAYOUT.key(instance), LAYOUT.codec().value(instance), this.lease, revision)))
					.thenApply((committed) -> {
						if (!committed.applied()) {
							throw new IllegalStateException("somebody else wrote " + instance);
						}
						return committed.revision();
					}));
	}

	/** Waits until every write has been answered. */
	void awaitWrites() {
		this.revisions.forEach(CompletableFuture::join);
	}

	@Override
	public void close() {
		this.writer.close();
		this.etcd.close();
	}

}
