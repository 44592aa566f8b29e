package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.TcpProxy;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An etcd that dies, hangs, or cannot be reached, and comes back. */
class OutageIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private final String prefix = UUID.randomUUID() + "/";

	private final KeyRange range = KeyRange.prefix(Bytes.utf8(this.prefix));

	private EtcdClient client;

	@BeforeEach
	void connect() {
		this.client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));
		Await.value(this.client.probe(this.range));
	}

	@AfterEach
	void close() {
		this.client.close();
		etcd.cluster().proxy().heal();
		etcd.cluster().unfreeze();
		etcd.cluster().start();
	}

	@Test
	void callFailsAtOnceWhereNothingListens() {
		etcd.cluster().proxy().cut();
		long start = System.nanoTime();
		List<CompletableFuture<?>> calls = List.of(this.client.probe(this.range), this.client.list(this.range),
				this.client.grant(Duration.ofSeconds(5)), this.client.renew(1, Duration.ofSeconds(2)),
				this.client.timeToLive(1), this.client.revoke(1),
				this.client.commit(new Write.Delete(Bytes.utf8(this.prefix), 1)));
		assertThat(calls).map(Await::failure).allSatisfy((failure) -> {
			assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
			assertThat(failure).hasMessageContaining(etcd.endpoint());
		});
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		await().untilAsserted(() -> assertThat(Await.failure(this.client.probe(this.range)))
			.hasMessageContaining("Connection refused"));
	}

	@Test
	void callsEndAtTheirDeadlineWhereEtcdHangs() {
		etcd.cluster().freeze();
		long start = System.nanoTime();
		CompletableFuture<Duration> renewal = this.client.renew(1, Duration.ofMillis(500));
		List<CompletableFuture<?>> calls = List.of(this.client.probe(this.range), this.client.list(this.range),
				this.client.grant(Duration.ofSeconds(5)), this.client.timeToLive(1), this.client.revoke(1),
				this.client.commit(new Write.Delete(Bytes.utf8(this.prefix), 1)));
		assertThat(Await.failure(renewal).kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
		assertThat(calls).map(Await::failure).map(EtcdDiscoveryException::kind).containsOnly(Kind.UNAVAILABLE);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(2900),
				Duration.ofSeconds(5));
	}

	@Test
	void writesInTheSilenceOfAFrozenEtcdAreNotAppliedLater() {
		writesInSilenceAreNotAppliedLater(etcd.cluster()::freeze, etcd.cluster()::unfreeze);
	}

	@Test
	void writesInTheSilenceOfAStalledNetworkAreNotAppliedLater() {
		TcpProxy proxy = etcd.cluster().proxy();
		writesInSilenceAreNotAppliedLater(proxy::stall, proxy::heal);
	}

	@Test
	void writesToAnEtcdThatIsDownAreNotAppliedLater() {
		writesInSilenceAreNotAppliedLater(etcd.cluster()::kill, etcd.cluster()::start);
	}

	private void writesInSilenceAreNotAppliedLater(Runnable silence, Runnable end) {
		Lease lease = Await.value(this.client.grant(Duration.ofSeconds(60)));
		silence.run();
		assertThat(Await.failure(this.client.renew(lease.id(), Duration.ofSeconds(1))).kind())
			.isEqualTo(Kind.UNAVAILABLE);
		List<CompletableFuture<Committed>> late = IntStream.range(0, 20)
			.<Write>mapToObj((i) -> new Write.Put(Bytes.utf8(this.prefix + i), Bytes.EMPTY, lease.id(), 0))
			.map(this.client::commit)
			.toList();
		assertThat(late).map(Await::failure).map(EtcdDiscoveryException::kind).containsOnly(Kind.UNAVAILABLE);
		end.run();
		assertThat(awaitAnswer().entries()).isEmpty();
		Await.value(this.client.commit(new Write.Put(Bytes.utf8(this.prefix + "on time"), Bytes.EMPTY, lease.id(), 0)));
		assertThat(Await.value(this.client.list(this.range)).entries()).hasSize(1);
	}

	@Test
	void writeThatEtcdTookBeforeItFrozeNeverUndoesALaterOne() {
		Lease lease = Await.value(this.client.grant(Duration.ofSeconds(60)));
		Bytes key = Bytes.utf8(this.prefix + "a");
		etcd.cluster().freeze();
		CompletableFuture<Committed> late = this.client.commit(new Write.Put(key, Bytes.utf8("late"), lease.id(), 0));
		assertThat(Await.failure(late).kind()).isEqualTo(Kind.UNAVAILABLE);
		etcd.cluster().unfreeze();
		etcd.put(this.prefix + "a", "later");
		await().during(Duration.ofMillis(500))
			.atMost(Duration.ofSeconds(5))
			.until(() -> etcd.get(this.prefix + "a").orElseThrow().equals("later"));
	}

	private Listing awaitAnswer() {
		return await().atMost(Duration.ofSeconds(20))
			.pollInterval(FixedPollInterval.fixed(Duration.ofSeconds(1)))
			.ignoreExceptions()
			.until(() -> this.client.list(this.range).get(), (listing) -> true);
	}

}
