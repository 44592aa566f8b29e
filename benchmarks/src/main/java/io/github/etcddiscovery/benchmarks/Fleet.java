package io.github.etcddiscovery.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.etcd.jetcd.api.PutResponse;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.benchmarks.RawEtcd.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.test.EtcdCluster;

/**
 * A real etcd with the instances of one service, written by a client of its own, as Kitex
 * would. Not thread-safe.
 */
final class Fleet implements AutoCloseable {

	static final String SERVICE = "service.music.user";

	static final Layout LAYOUT = Layout.kitex();

	private static final int IN_FLIGHT = 64;

	/** etcd takes 128 operations in one transaction, unless told otherwise. */
	private static final int PER_TRANSACTION = 100;

	private final EtcdCluster etcd = EtcdCluster.single();

	private final RawEtcd writer = new RawEtcd(this.etcd.endpoint());

	private final long lease = this.writer.grant(Duration.ofMinutes(30));

	private final Window window = new Window(IN_FLIGHT);

	private final int size;

	Fleet(int size) {
		this.size = size;
		fill(SERVICE, size);
	}

	/** Registers the instances of a service. */
	void fill(String service, int instances) {
		List<Entry> entries = new ArrayList<>(PER_TRANSACTION);
		for (int i = 0; i < instances; i++) {
			entries.add(entry(instance(service, i, Instance.DEFAULT_WEIGHT), this.lease));
			if (entries.size() == PER_TRANSACTION || i == instances - 1) {
				List<Entry> some = List.copyOf(entries);
				this.window.send(() -> this.writer.putAll(some));
				entries.clear();
			}
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
		return this.size;
	}

	/** Writes an instance with another weight, with 64 of its kind in flight at most. */
	CompletableFuture<PutResponse> write(int number, int weight) {
		Entry entry = entry(instance(SERVICE, number, weight), this.lease);
		return this.window.send(() -> this.writer.put(entry));
	}

	/** Waits until every write has been answered. */
	void awaitWrites() {
		this.window.await();
	}

	static Instance instance(String service, int number, int weight) {
		return new Instance(service, "10." + number / 62_500 + "." + number / 250 % 250 + "." + (1 + number % 250),
				8888, weight, Map.of("region", "cn-north", "version", "v1.4.2", "zone", "z" + number % 3));
	}

	static Entry entry(Instance instance, long lease) {
		return new Entry(RawEtcd.bytes(LAYOUT.key(instance)), RawEtcd.bytes(LAYOUT.codec().value(instance)), lease);
	}

	@Override
	public void close() {
		this.writer.close();
		this.etcd.close();
	}

}
