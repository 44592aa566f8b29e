package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FirstSnapshotTests {

	private static final Duration LIMIT = Duration.ofSeconds(3);

	private final Rig rig = new Rig();

	@Test
	void aLookupWaitsForTheFirstSnapshot() throws Exception {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		Lookup<List<Instance>> lookup = new Lookup<>(() -> resolver.instances("a"));
		lookup.awaitWaiting();
		this.rig.run();
		assertThat(lookup.result()).hasSize(1);
	}

	@Test
	void aLookupWaitsNoLongerThanTheTimeoutCountedFromTheStart() throws Exception {
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		this.rig.advance(LIMIT.minusMillis(1));
		Lookup<ServiceSnapshot> lookup = new Lookup<>(() -> resolver.await("a"));
		lookup.awaitWaiting();
		this.rig.advance(Duration.ofMillis(1));
		assertThat(lookup.result().state()).isEqualTo(State.UNREAD);
		assertThat(resolver.await("b").state()).isEqualTo(State.UNREAD);
		assertThat(resolver.services()).isEmpty();
	}

	@Test
	void withoutATimeoutNobodyWaits() {
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start(Rig.timing(Duration.ZERO, Duration.ofMinutes(5), Duration.ZERO));
		assertThat(resolver.instances("a")).isEmpty();
		assertThat(resolver.services()).isEmpty();
	}

	@Test
	void aLookupOnInterruptReturnsAtOnceAndKeepsTheInterrupt() {
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		Thread.currentThread().interrupt();
		assertThat(resolver.await("a").state()).isEqualTo(State.UNREAD);
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void whenReadWaitsWithoutAThread() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		CompletableFuture<ServiceSnapshot> read = resolver.whenRead("a").toCompletableFuture();
		CompletableFuture<List<String>> names = resolver.whenServices().toCompletableFuture();
		assertThat(read).isNotDone();
		assertThat(names).isNotDone();
		this.rig.run();
		assertThat(read.join().instances()).hasSize(1);
		assertThat(names.join()).containsExactly("a");
		assertThat(resolver.whenRead("a").toCompletableFuture()).isCompletedWithValue(resolver.snapshot("a"));
	}

	@Test
	void whenReadEndsWithTheTimeoutAndNeverExceptionally() {
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		CompletableFuture<ServiceSnapshot> read = resolver.whenRead("a").toCompletableFuture();
		this.rig.advance(LIMIT);
		assertThat(read.join().state()).isEqualTo(State.UNREAD);
		assertThat(resolver.whenRead("a").toCompletableFuture()).isDone();
	}

	@Test
	void closeEndsEveryWait() throws Exception {
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start((options) -> options.withScope(Scope.SERVICE));
		CompletableFuture<ServiceSnapshot> read = resolver.whenRead("a").toCompletableFuture();
		Lookup<ServiceSnapshot> lookup = new Lookup<>(() -> resolver.await("b"));
		Lookup<List<String>> names = new Lookup<>(resolver::services);
		lookup.awaitWaiting();
		names.awaitWaiting();
		resolver.close();
		this.rig.run();
		assertThat(read.join().state()).isEqualTo(State.UNREAD);
		assertThat(lookup.result().state()).isEqualTo(State.UNREAD);
		assertThat(names.result()).isEmpty();
		assertThat(resolver.await("c").state()).isEqualTo(State.UNREAD);
	}

	@Test
	void whatComesAfterTheTimeoutIsSeenWithoutAsking() {
		this.rig.put(instance("a", 1));
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(resolver.instances("a")).isEmpty();
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(8));
		assertThat(resolver.instances("a")).hasSize(1);
	}

	@Test
	void byServiceTheTimeCountsFromTheFirstLookupOfThatService() throws Exception {
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start((options) -> options.withScope(Scope.SERVICE));
		this.rig.advance(Duration.ofSeconds(60));
		Lookup<ServiceSnapshot> lookup = new Lookup<>(() -> resolver.await("a"));
		lookup.awaitWaiting();
		this.rig.advance(LIMIT);
		assertThat(lookup.result().state()).isEqualTo(State.UNREAD);
		assertThat(resolver.await("a").state()).isEqualTo(State.UNREAD);
		assertThat(this.rig.etcd.calls(Call.LIST)).isPositive();
	}

	/** A call on a thread of its own. */
	private static final class Lookup<T> {

		private final CompletableFuture<T> result = new CompletableFuture<>();

		private final Thread thread;

		Lookup(java.util.function.Supplier<T> call) {
			this.thread = new Thread(() -> this.result.complete(call.get()), "lookup");
			this.thread.setDaemon(true);
			this.thread.start();
		}

		void awaitWaiting() {
			await().atMost(Duration.ofSeconds(20))
				.until(() -> this.thread.getState() == Thread.State.TIMED_WAITING && !this.result.isDone());
		}

		T result() throws Exception {
			return this.result.get(5, TimeUnit.SECONDS);
		}

	}

}
