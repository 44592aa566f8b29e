package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.loop.ManualScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A model under test and a client of it that records what it is told.
 */
final class ModelRig {

	static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("a/"));

	final ManualScheduler scheduler = new ManualScheduler();

	final ModelEtcd etcd;

	final EtcdClient client;

	final Executor owner = this.scheduler.loop();

	private final List<String> told = new ArrayList<>();

	ModelRig() {
		this(EtcdVersion.V3_7);
	}

	ModelRig(EtcdVersion version) {
		this.etcd = new ModelEtcd(this.scheduler, version);
		this.client = this.etcd.connect();
	}

	CompletableFuture<Committed> put(String key, long lease, long expectedRevision) {
		return this.client.commit(new Write.Put(Bytes.utf8(key), Bytes.utf8("x"), lease, expectedRevision));
	}

	<T> T answer(CompletableFuture<T> future) {
		this.scheduler.runReady();
		assertThat(future).isDone();
		return future.join();
	}

	void assertFails(CompletableFuture<?> future, Kind kind) {
		this.scheduler.runReady();
		assertThat(future).isDone();
		assertThatThrownBy(future::join).cause()
			.isInstanceOfSatisfying(EtcdDiscoveryException.class,
					(failure) -> assertThat(failure.kind()).isEqualTo(kind));
	}

	void advance(Duration duration) {
		this.scheduler.advance(duration);
	}

	/** What was told since this was asked last. */
	List<String> told() {
		this.scheduler.runReady();
		List<String> copy = List.copyOf(this.told);
		this.told.clear();
		return copy;
	}

	void page(Page page) {
		this.told.add((page.first() ? "first page@" : "page@") + page.revision()
				+ page.entries()
					.stream()
					.map((entry) -> entry.key() + (entry.oversized() ? " oversized" : "=" + entry.value()))
					.toList());
	}

	WatchListener listener(String name) {
		return new WatchListener() {

			@Override
			public void confirmed(long revision) {
				ModelRig.this.told.add(name + " confirmed " + revision);
			}

			@Override
			public void changed(List<WatchEvent> events) {
				events.forEach((event) -> ModelRig.this.told.add(name + " " + event.type() + " " + event.entry().key()
						+ "@" + event.entry().modRevision() + (event.entry().oversized() ? " oversized" : "")));
			}

			@Override
			public void ended(EtcdDiscoveryException cause) {
				ModelRig.this.told.add(name + " ended " + cause.kind());
			}

		};
	}

}
