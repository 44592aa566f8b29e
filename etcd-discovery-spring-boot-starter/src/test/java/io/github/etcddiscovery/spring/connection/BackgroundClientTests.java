package io.github.etcddiscovery.spring.connection;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BackgroundClientTests {

	private static final Bytes KEY = Bytes.utf8("k");

	private final List<String> called = new CopyOnWriteArrayList<>();

	private static final CompletableFuture<EtcdClientSettings> SETTINGS = CompletableFuture
		.completedFuture(EtcdClientSettings.of("http://etcd:2379"));

	private final CompletableFuture<EtcdClient> maker = new CompletableFuture<>();

	private volatile @Nullable String blocking;

	private final BackgroundClient client = client(Duration.ofSeconds(7));

	@Test
	void answersNothingAndBlocksNobodyBeforeTheClientIsThere() {
		assertThat(this.client.grant(Duration.ofSeconds(5))).isNotDone();
		assertThat(this.client.probe(KeyRange.single(KEY))).isNotDone();
		assertThat(this.client.requestTimeout()).isEqualTo(Duration.ofSeconds(7));
		assertThat(this.called).isEmpty();
	}

	@Test
	void callsThatCameBeforeFollow() throws Exception {
		CompletableFuture<?> early = this.client.commit(new Write.Delete(KEY, 1));
		this.maker.complete(recording());
		early.get(5, TimeUnit.SECONDS);
		this.client.renew(1, Duration.ofSeconds(1)).get(5, TimeUnit.SECONDS);
		this.client.leaseKeys(1).get(5, TimeUnit.SECONDS);
		this.client.revoke(1).get(5, TimeUnit.SECONDS);
		this.client.read(List.of(KEY)).get(5, TimeUnit.SECONDS);
		this.client.list(KeyRange.single(KEY), false, Runnable::run, (page) -> {
		}).get(5, TimeUnit.SECONDS);
		assertThat(this.client.watches(Runnable::run)).isNotNull();
		this.client.lingerFor(new CompletableFuture<>());
		assertThat(this.called).containsExactly("commit", "renew", "leaseKeys", "revoke", "read", "list", "watches",
				"lingerFor");
	}

	@Test
	void aClientThatIsClosedBeforeItIsThereIsClosedWhenItIs() {
		this.client.close();
		this.maker.complete(recording());
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> this.called.contains("close"));
	}

	@Test
	void aClientThatCannotBeMadeFailsEveryCallWithTheReason() {
		CompletableFuture<?> early = this.client.grant(Duration.ofSeconds(5));
		this.maker.completeExceptionally(new IllegalArgumentException("customizer failed"));
		assertThatException().isThrownBy(() -> early.get(5, TimeUnit.SECONDS))
			.withCauseInstanceOf(EtcdDiscoveryException.class)
			.withStackTraceContaining("customizer failed");
		this.client.close();
	}

	@Test
	void aCallBeforeTheClientIsThereHasADeadline() {
		BackgroundClient slow = client(Duration.ofMillis(50));
		assertThatException().isThrownBy(() -> slow.grant(Duration.ofSeconds(5)).get(5, TimeUnit.SECONDS))
			.withCauseInstanceOf(EtcdDiscoveryException.class)
			.satisfies((ex) -> assertThat(((EtcdDiscoveryException) ex.getCause()).kind())
				.isEqualTo(EtcdDiscoveryException.Kind.UNAVAILABLE));
	}

	@Test
	void theMakingOfTheClientDoesNotCountAgainstTheDeadlineOfACall() throws Exception {
		BackgroundClient slow = new BackgroundClient(Duration.ofMillis(1), Duration.ofSeconds(10), SETTINGS,
				this.maker::join, () -> null);
		CompletableFuture<?> early = slow.commit(new Write.Delete(KEY, 1));
		CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS, OWN_THREADS)
			.execute(() -> this.maker.complete(recording()));
		early.get(5, TimeUnit.SECONDS);
	}

	@Test
	void aCallThatEndsBeforeTheClientIsThereSaysWhatIsInTheWay() {
		BackgroundClient slow = client(Duration.ofMillis(50));
		assertThat(slow.grant(Duration.ofSeconds(5))).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withMessageContaining("etcd at [http://etcd:2379] was not asked yet");
		this.blocking = "com.example.Slow";
		assertThat(slow.grant(Duration.ofSeconds(5))).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withMessageContaining("com.example.Slow has not returned");
		BackgroundClient unsettled = new BackgroundClient(Duration.ofMillis(50), Duration.ofMillis(50),
				new CompletableFuture<>(), this.maker::join, () -> null);
		assertThat(unsettled.grant(Duration.ofSeconds(5))).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withMessageContaining("EtcdConnectionDetails");
	}

	@Test
	void anErrorEndsTheWaitingToo() {
		this.maker.completeExceptionally(new ServiceConfigurationError("broken jar"));
		assertThatException().isThrownBy(this.client::start).withStackTraceContaining("broken jar");
	}

	@Test
	void aClientThatIsSlowToMakeDelaysTheStartForItsTimeAndNoLonger() throws Exception {
		this.client.start();
		assertThat(this.client.isRunning()).isTrue();
		CompletableFuture<?> early = this.client.commit(new Write.Delete(KEY, 1));
		assertThat(early).isNotDone();
		this.maker.complete(recording());
		early.get(5, TimeUnit.SECONDS);
	}

	@Test
	void whoeverBlocksTheMakingIsNamed() {
		this.blocking = "com.example.Slow";
		assertThatIllegalStateException().isThrownBy(this.client::start)
			.withMessageContaining("com.example.Slow")
			.withMessageContaining("100ms");
		assertThat(this.client.isRunning()).isFalse();
		this.client.close();
	}

	@Test
	void connectionDetailsThatAreSlowDoNotDelayTheStart() throws Exception {
		BackgroundClient unsettled = new BackgroundClient(Duration.ofSeconds(7), Duration.ofDays(365_000),
				new CompletableFuture<>(), this.maker::join, () -> null);
		CompletableFuture<?> early = unsettled.commit(new Write.Delete(KEY, 1));
		assertThat(CompletableFuture.runAsync(unsettled::start, OWN_THREADS)).succeedsWithin(Duration.ofSeconds(3));
		assertThat(unsettled.isRunning()).isTrue();
		this.maker.complete(recording());
		early.get(5, TimeUnit.SECONDS);
	}

	@Test
	void connectionDetailsThatThrowStopTheStart() {
		BackgroundClient wrong = new BackgroundClient(Duration.ofSeconds(7), Duration.ofSeconds(5),
				new CompletableFuture<>(), this.maker::join, () -> null);
		this.maker.completeExceptionally(new IllegalStateException("no such vault"));
		assertThatException().isThrownBy(wrong::start).withStackTraceContaining("no such vault");
	}

	private BackgroundClient client(Duration requestTimeout) {
		return new BackgroundClient(requestTimeout, Duration.ofMillis(100), SETTINGS, this.maker::join,
				() -> this.blocking);
	}

	/** Writes down which method was called and answers with nothing. */
	private EtcdClient recording() {
		return (EtcdClient) Proxy.newProxyInstance(EtcdClient.class.getClassLoader(),
				new Class<?>[] { EtcdClient.class }, (proxy, method, arguments) -> {
					this.called.add(method.getName());
					return (method.getReturnType() == CompletableFuture.class) ? CompletableFuture.completedFuture(null)
							: null;
				});
	}

}
