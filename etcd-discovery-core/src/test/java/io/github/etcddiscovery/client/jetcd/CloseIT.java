package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.ClientThreads;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What is left of a client after its end: nothing. */
class CloseIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private final KeyRange range = KeyRange.prefix(Bytes.utf8("close/"));

	private final ClientThreads threads = new ClientThreads();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	@AfterEach
	void close() {
		this.client.close();
		etcd.cluster().unfreeze();
	}

	@Test
	void leavesNoThreadAndNoConnection() {
		Await.value(this.client.probe(this.range));
		Recorder recorder = new Recorder();
		this.client.watches(Runnable::run).watch(this.range, 1, recorder);
		recorder.next(Recorder.Confirmed.class);
		assertThat(this.threads.alive()).isNotEmpty();
		assertThat(etcd.cluster().proxy().connections()).isPositive();
		this.client.close();
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
			assertThat(this.threads.alive()).isEmpty();
			assertThat(etcd.cluster().proxy().connections()).isZero();
		});
	}

	@Test
	void leavesNoThreadWhereEtcdHangs() {
		Await.value(this.client.probe(this.range));
		etcd.cluster().freeze();
		CompletableFuture<Long> pending = this.client.probe(this.range);
		this.client.close();
		assertThat(Await.failure(pending).kind()).isEqualTo(Kind.CLOSED);
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(this.threads.alive()).isEmpty());
	}

	@Test
	void pendingCallsEndAtOnceAndCloseDoesNotWait() {
		Await.value(this.client.probe(this.range));
		etcd.cluster().freeze();
		List<CompletableFuture<?>> calls = List.of(this.client.probe(this.range), Lists.whole(this.client, this.range),
				this.client.grant(Duration.ofSeconds(5)), this.client.renew(1, Duration.ofSeconds(2)),
				this.client.leaseKeys(1), this.client.revoke(1),
				this.client.commit(new Write.Delete(Bytes.utf8("close/a"), 1)));
		this.client.close();
		assertThat(calls).map(Await::failure)
			.map(EtcdDiscoveryException::kind)
			.as("none has waited for its deadline")
			.containsOnly(Kind.CLOSED);
	}

	@Test
	void callAfterCloseSaysSo() {
		this.client.close();
		this.client.close();
		EtcdDiscoveryException failure = Await.failure(this.client.probe(this.range));
		assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
		assertThat(failure).hasMessageContaining("read of the count of close/*")
			.hasMessageContaining("the client was closed");
	}

	@Test
	void clientThatWasNeverUsedLeavesNothing() {
		this.client.close();
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(this.threads.alive()).isEmpty());
	}

	@Test
	void lingersForWorkThatHasNotEnded() {
		CompletableFuture<Void> one = new CompletableFuture<>();
		CompletableFuture<Void> other = new CompletableFuture<>();
		this.client.lingerFor(one);
		this.client.lingerFor(other);
		this.client.close();
		Await.value(this.client.probe(this.range));
		one.complete(null);
		Await.value(this.client.probe(this.range));
		other.completeExceptionally(new IllegalStateException("no success either"));
		assertThat(Await.failure(this.client.probe(this.range)).kind()).isEqualTo(Kind.CLOSED);
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(this.threads.alive()).isEmpty());
	}

	@Test
	void workThatHasEndedBeforeKeepsNothingOpen() {
		this.client.lingerFor(CompletableFuture.completedFuture(null));
		Await.value(this.client.probe(this.range));
		this.client.close();
		assertThat(Await.failure(this.client.probe(this.range)).kind()).isEqualTo(Kind.CLOSED);
		this.client.lingerFor(new CompletableFuture<>());
		assertThat(Await.failure(this.client.probe(this.range)).kind()).isEqualTo(Kind.CLOSED);
	}

}
