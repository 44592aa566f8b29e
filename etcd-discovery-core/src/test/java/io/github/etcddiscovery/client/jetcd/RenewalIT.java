package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Each lease is renewed on a stream of its own. */
class RenewalIT {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private final AtomicInteger streams = new AtomicInteger();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()), (builder) -> builder
		.interceptor(new BeforeCall("etcdserverpb.Lease/LeaseKeepAlive", this.streams::incrementAndGet)));

	private final Lease lease = Await.answer(() -> this.client.grant(Duration.ofSeconds(30)));

	@AfterEach
	void close() {
		this.client.close();
		etcd.cluster().proxy().heal();
		etcd.cluster().unfreeze();
		etcd.cluster().start();
	}

	@Test
	void theStreamIsOpenBeforeTheFirstRenewal() {
		await().until(() -> this.streams.get() == 1);
	}

	@Test
	void oneStreamServesAllRenewalsOfALease() {
		IntStream.range(0, 5).forEach((i) -> assertThat(renewed(this.lease)).isEqualTo(Duration.ofSeconds(30)));
		assertThat(this.streams).hasValue(1);
	}

	@Test
	void renewalsAtOnceAreAnsweredEachForItsLease() {
		List<Lease> leases = IntStream.range(0, 10)
			.mapToObj((i) -> Await.value(this.client.grant(Duration.ofSeconds(30 + i))))
			.toList();
		List<CompletableFuture<Duration>> renewals = leases.stream()
			.map((lease) -> this.client.renew(lease.id(), TIMEOUT))
			.toList();
		assertThat(renewals).map(Await::value).isEqualTo(leases.stream().map(Lease::ttl).toList());
	}

	@Test
	void aLeaseThatHasEndedEndsNothingElse() {
		renewed(this.lease);
		assertThat(Await.failure(this.client.renew(1, TIMEOUT)).kind()).isEqualTo(Kind.LEASE_NOT_FOUND);
		renewed(this.lease);
		assertThat(this.streams).as("one for each").hasValue(2);
	}

	@Test
	void theStreamEndsWithTheRevocationOfTheLease() {
		renewed(this.lease);
		Await.value(this.client.revoke(this.lease.id()));
		assertThat(Await.failure(this.client.renew(this.lease.id(), TIMEOUT)).kind()).isEqualTo(Kind.LEASE_NOT_FOUND);
		assertThat(this.streams).hasValue(2);
	}

	@Test
	void aRenewalWithoutAnAnswerIsNotAnsweredByTheNext() {
		renewed(this.lease);
		Lease other = Await.value(this.client.grant(Duration.ofSeconds(60)));
		etcd.cluster().freeze();
		assertThat(Await.failure(this.client.renew(this.lease.id(), Duration.ofMillis(300))))
			.hasMessageContaining("renewal of lease " + Long.toHexString(this.lease.id()))
			.hasMessageContaining("no answer in time");
		etcd.cluster().unfreeze();
		assertThat(renewed(other)).isEqualTo(Duration.ofSeconds(60));
		assertThat(this.streams).hasValue(2);
	}

	@Test
	void anotherStreamIsOpenedAfterARestart() {
		renewed(this.lease);
		etcd.cluster().kill();
		assertThat(Await.failure(this.client.renew(this.lease.id(), TIMEOUT)).kind()).isEqualTo(Kind.UNAVAILABLE);
		etcd.cluster().start();
		assertThat(Await.answer(() -> this.client.renew(this.lease.id(), TIMEOUT))).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void aRenewalUnderWayEndsWithTheClient() {
		renewed(this.lease);
		etcd.cluster().freeze();
		CompletableFuture<Duration> renewal = this.client.renew(this.lease.id(), TIMEOUT);
		this.client.close();
		assertThat(Await.failure(renewal).kind()).isEqualTo(Kind.CLOSED);
		etcd.cluster().unfreeze();
	}

	@Test
	@Tag("long")
	void aRenewalIsAcknowledgedHoweverLongTheWayWhereItIsGivenTheTimeAndALateOneBlocksNoOther() {
		renewed(this.lease);
		etcd.cluster().proxy().delay(Duration.ofMillis(1700));
		assertThat(Await.failure(this.client.renew(this.lease.id(), TIMEOUT)).kind()).isEqualTo(Kind.UNAVAILABLE);
		for (int i = 0; i < 2; i++) {
			assertThat(Await.value(this.client.renew(this.lease.id(), Duration.ofSeconds(5))))
				.isEqualTo(this.lease.ttl());
		}
		assertThat(this.streams).hasValue(2);
	}

	@Test
	void renewalsBesideALateOneAreAnswered() {
		renewed(this.lease);
		etcd.cluster().proxy().delay(Duration.ofMillis(300));
		CompletableFuture<Duration> late = this.client.renew(this.lease.id(), Duration.ofMillis(500));
		CompletableFuture<Duration> beside = this.client.renew(this.lease.id(), TIMEOUT);
		assertThat(Await.value(beside)).isEqualTo(this.lease.ttl());
		Await.failure(late);
		assertThat(renewed(this.lease)).isEqualTo(this.lease.ttl());
		assertThat(this.streams).as("the late answer must not be taken for the next").hasValue(2);
	}

	private Duration renewed(Lease lease) {
		return Await.value(this.client.renew(lease.id(), TIMEOUT));
	}

}
