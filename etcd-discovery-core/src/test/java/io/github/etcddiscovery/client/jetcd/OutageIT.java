package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.TcpProxy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An etcd that dies, hangs, or cannot be reached, and comes back. */
class OutageIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	/** Longer than {@link Await} waits. */
	private static final Duration NEVER = Duration.ofMinutes(5);

	@RegisterExtension
	final ProxiedClient own = new ProxiedClient(etcd);

	@BeforeEach
	void connect() {
		Await.answer(() -> this.own.client.probe(this.own.range));
	}

	@Test
	void callFailsAtOnceWhereNothingListens() {
		try (EtcdClient patient = patient()) {
			Await.value(patient.probe(this.own.range));
			etcd.cluster().proxy().cut();
			List<CompletableFuture<?>> calls = List.of(patient.probe(this.own.range),
					Lists.whole(patient, this.own.range), patient.grant(Duration.ofSeconds(5)), patient.renew(1, NEVER),
					patient.leaseKeys(1), patient.revoke(1),
					patient.commit(new Write.Delete(Bytes.utf8(this.own.prefix), 1)));
			assertThat(calls).map(Await::failure).allSatisfy((failure) -> {
				assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
				assertThat(failure).hasMessageContaining(etcd.endpoint());
			});
			await().untilAsserted(() -> assertThat(Await.failure(patient.probe(this.own.range)))
				.hasMessageContaining("Connection refused"));
		}
	}

	@Test
	void callsEndAtTheirDeadlineWhereEtcdHangs() {
		etcd.cluster().freeze();
		long start = System.nanoTime();
		List<CompletableFuture<?>> calls = List.of(this.own.client.probe(this.own.range),
				Lists.whole(this.own.client, this.own.range), this.own.client.grant(Duration.ofSeconds(5)),
				this.own.client.leaseKeys(1), this.own.client.revoke(1),
				this.own.client.commit(new Write.Delete(Bytes.utf8(this.own.prefix), 1)));
		assertThat(calls).map(Await::failure).map(EtcdDiscoveryException::kind).containsOnly(Kind.UNAVAILABLE);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(2900));
	}

	@Test
	void aRenewalEndsAtADeadlineOfItsOwnWhereEtcdHangs() {
		etcd.cluster().freeze();
		try (EtcdClient patient = patient()) {
			assertThat(Await.failure(patient.renew(1, Duration.ofMillis(500))))
				.hasMessageContaining("no answer in time");
		}
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
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(60)));
		silence.run();
		assertThat(Await.failure(this.own.client.renew(lease.id(), Duration.ofMillis(300))).kind())
			.isEqualTo(Kind.UNAVAILABLE);
		List<CompletableFuture<Committed>> late = IntStream.range(0, 20)
			.<Write>mapToObj((i) -> new Write.Put(Bytes.utf8(this.own.prefix + i), Bytes.EMPTY, lease.id(), 0))
			.map(this.own.client::commit)
			.toList();
		assertThat(late).map(Await::failure).map(EtcdDiscoveryException::kind).containsOnly(Kind.UNAVAILABLE);
		end.run();
		assertThat(this.own.awaitAnswer().entries()).isEmpty();
		Await.value(this.own.client
			.commit(new Write.Put(Bytes.utf8(this.own.prefix + "on time"), Bytes.EMPTY, lease.id(), 0)));
		assertThat(Await.value(Lists.whole(this.own.client, this.own.range)).entries()).hasSize(1);
	}

	@Test
	void writeThatEtcdTookBeforeItFrozeNeverUndoesALaterOne() {
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(60)));
		Bytes key = Bytes.utf8(this.own.prefix + "a");
		etcd.cluster().freeze();
		CompletableFuture<Committed> late = this.own.client
			.commit(new Write.Put(key, Bytes.utf8("late"), lease.id(), 0));
		assertThat(Await.failure(late).kind()).isEqualTo(Kind.UNAVAILABLE);
		etcd.cluster().unfreeze();
		etcd.put(this.own.prefix + "a", "later");
		await().during(Duration.ofMillis(500))
			.atMost(Duration.ofSeconds(20))
			.until(() -> etcd.get(this.own.prefix + "a").orElseThrow().equals("later"));
	}

	/** A client whose calls have a deadline that no test lasts until. */
	private static EtcdClient patient() {
		return EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()).withTimeouts(Duration.ofSeconds(2), NEVER));
	}

}
