package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.client.Write;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What another thread does while the loop is ending a watch that nobody has used.
 */
class SubscribingMeanwhileTests {

	private final Rig rig = new Rig();

	private final AtomicReference<Runnable> whenAWatchIsClosed = new AtomicReference<>(() -> {
	});

	private final EtcdResolver resolver = this.rig.resolver(new Client(this.rig.etcd.connect()),
			Rig.timing(Duration.ofSeconds(3), Duration.ofHours(1), Duration.ZERO)
				.apply(ResolverOptions.defaults().withScope(Scope.SERVICE)));

	@Test
	void whoSubscribesThenIsToldAllTheSame() {
		List<Integer> told = new ArrayList<>();
		this.rig.put(Rig.instance("a", 1));
		this.resolver.snapshot("a");
		this.rig.run();
		this.whenAWatchIsClosed
			.set(() -> this.resolver.subscribe("a", (snapshot) -> told.add(snapshot.instances().size())));
		this.rig.advance(Duration.ofMinutes(12));
		assertThat(told).last().isEqualTo(1);

		this.rig.put(Rig.instance("a", 2));
		this.rig.run();
		assertThat(told).last().isEqualTo(2);
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
	}

	@Test
	void whoAsksThenIsAnsweredFromTheNextLookupOn() {
		this.rig.put(Rig.instance("a", 1));
		this.resolver.snapshot("a");
		this.rig.run();
		List<ServiceSnapshot> seen = new ArrayList<>();
		this.whenAWatchIsClosed.set(() -> seen.add(this.resolver.snapshot("a")));
		this.rig.advance(Duration.ofMinutes(12));
		assertThat(seen).singleElement().extracting((snapshot) -> snapshot.instances().size()).isEqualTo(1);

		this.resolver.snapshot("a");
		this.rig.run();
		assertThat(this.resolver.instances("a")).hasSize(1);
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
	}

	/** Tells when a watch is closed. */
	private final class Client implements EtcdClient {

		private final EtcdClient target;

		Client(EtcdClient target) {
			this.target = target;
		}

		@Override
		public Duration requestTimeout() {
			return this.target.requestTimeout();
		}

		@Override
		public CompletableFuture<Lease> grant(Duration ttl) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<Duration> renew(long lease, Duration timeout) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<LeaseKeys> leaseKeys(long lease) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<Listing> read(List<Bytes> keys) {
			return this.target.read(keys);
		}

		@Override
		public Watches watches(Executor owner) {
			Watches watches = this.target.watches(owner);
			return new Watches() {

				@Override
				public Watch watch(KeyRange range, long fromRevision, WatchListener listener) {
					Watch watch = watches.watch(range, fromRevision, listener);
					return () -> {
						watch.close();
						SubscribingMeanwhileTests.this.whenAWatchIsClosed.getAndSet(() -> {
						}).run();
					};
				}

				@Override
				public Duration behindFor() {
					return watches.behindFor();
				}

				@Override
				public void close() {
					watches.close();
				}

			};
		}

		@Override
		public CompletableFuture<Void> revoke(long lease) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<Committed> commit(Write write) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<Long> list(KeyRange range, boolean keysOnly, Executor owner, Consumer<Page> pages) {
			return this.target.list(range, keysOnly, owner, pages);
		}

		@Override
		public CompletableFuture<Long> probe(KeyRange range) {
			return this.target.probe(range);
		}

		@Override
		public void lingerFor(CompletionStage<?> work) {
			this.target.lingerFor(work);
		}

		@Override
		public void close() {
			this.target.close();
		}

	}

}
