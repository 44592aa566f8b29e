package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.loop.ManualScheduler;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ModelEtcdTests {

	private static final Bytes KEY = Bytes.utf8("a/1");

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("a/"));

	private final ManualScheduler scheduler = new ManualScheduler();

	private final ModelEtcd etcd = new ModelEtcd(this.scheduler);

	private final EtcdClient client = this.etcd.connect();

	@Test
	void anAnswerComesOnlyWhenTheSchedulerRuns() {
		CompletableFuture<Lease> lease = this.client.grant(Duration.ofSeconds(1));
		assertThat(lease).isNotDone();
		this.scheduler.runReady();
		assertThat(lease.join().ttl()).isEqualTo(Duration.ofSeconds(2));
		assertThat(this.etcd.calls(Call.GRANT)).isEqualTo(1);
	}

	@Test
	void aWriteIsAppliedOnlyOnTheRevisionThatWasSeen() {
		Lease lease = answer(this.client.grant(Duration.ofSeconds(15)));
		assertThat(put(lease, 0)).isEqualTo(new Committed(true, 2, null));
		assertThat(put(lease, 0)).isEqualTo(new Committed(false, 2, this.etcd.entry("a/1")));
		assertThat(put(lease, 2)).isEqualTo(new Committed(true, 3, null));
		assertThat(answer(this.client.commit(new Write.Delete(KEY, 3))).applied()).isTrue();
		assertThat(this.etcd.entries()).isEmpty();
	}

	@Test
	void aLeaseThatIsNotRenewedTakesItsKeysWithIt() {
		Lease lease = answer(this.client.grant(Duration.ofSeconds(5)));
		put(lease, 0);
		this.scheduler.advance(Duration.ofSeconds(4));
		answer(this.client.renew(lease.id(), Duration.ofSeconds(1)));
		this.scheduler.advance(Duration.ofSeconds(4));
		assertThat(this.etcd.entries()).hasSize(1);
		this.scheduler.advance(Duration.ofMillis(1500));
		assertThat(this.etcd.entries()).isEmpty();
		assertFails(this.client.renew(lease.id(), Duration.ofSeconds(1)), Kind.LEASE_NOT_FOUND);
		assertThat(answer(this.client.leaseKeys(lease.id())).left()).isNegative();
	}

	@Test
	void aRestartGivesLeasesTheirFullTimeAgain() {
		long lease = this.etcd.grant(Duration.ofSeconds(5));
		this.etcd.put("a/1", "x", lease);
		this.scheduler.advance(Duration.ofSeconds(4));
		this.etcd.down();
		this.scheduler.advance(Duration.ofSeconds(60));
		this.etcd.up();
		this.scheduler.advance(Duration.ofSeconds(4));
		assertThat(this.etcd.entry("a/1")).isNotNull();
		this.scheduler.advance(Duration.ofSeconds(2));
		assertThat(this.etcd.entry("a/1")).isNull();
	}

	@Test
	void aBackupBringsBackKeysRevisionAndLeasesAsOftenAsItIsRestored() {
		long lease = this.etcd.grant(Duration.ofSeconds(5));
		this.etcd.put("a/1", "x", lease);
		Backup backup = Backup.of(this.etcd);
		for (int i = 0; i < 2; i++) {
			this.etcd.revoke(lease);
			this.etcd.put("a/2", "x", this.etcd.grant(Duration.ofSeconds(5)));
			backup.restore();
			assertThat(this.etcd.entries()).hasSize(1).allMatch((entry) -> entry.lease() == lease);
			assertThat(this.etcd.revision()).isEqualTo(2);
		}
		assertThat(this.etcd.leases()).containsExactly(lease);
		assertThat(this.etcd.grant(Duration.ofSeconds(5))).isEqualTo(lease + 3);
	}

	@Test
	void aWithheldAnswerIsAppliedAllTheSame() {
		long lease = this.etcd.grant(Duration.ofSeconds(15));
		this.etcd.withhold(Call.COMMIT, 1);
		CompletableFuture<Committed> lost = this.client.commit(new Write.Put(KEY, Bytes.EMPTY, lease, 0));
		this.scheduler.advance(Duration.ofSeconds(3));
		assertFails(lost, Kind.UNAVAILABLE);
		assertThat(this.etcd.entry("a/1")).isNotNull();
		assertThat(answer(this.client.commit(new Write.Put(KEY, Bytes.EMPTY, lease, 0))).applied()).isFalse();
	}

	@Test
	void whileItIsDownNothingIsAppliedAndDeadlinesPass() {
		long lease = this.etcd.grant(Duration.ofSeconds(15));
		this.etcd.down();
		CompletableFuture<Committed> lost = this.client.commit(new Write.Put(KEY, Bytes.EMPTY, lease, 0));
		this.scheduler.advance(Duration.ofMillis(2999));
		assertThat(lost).isNotDone();
		this.scheduler.advance(Duration.ofMillis(1));
		this.etcd.up();
		this.scheduler.runReady();
		assertFails(lost, Kind.UNAVAILABLE);
		assertThat(this.etcd.entries()).isEmpty();
	}

	@Test
	void whatReachedAFrozenMemberIsServedAfterTheThawWithinTheDeadline() {
		this.etcd.freeze();
		CompletableFuture<Long> late = this.client.probe(RANGE);
		this.scheduler.advance(Duration.ofSeconds(3));
		CompletableFuture<Long> inTime = this.client.probe(RANGE);
		this.scheduler.advance(Duration.ofSeconds(1));
		this.etcd.thaw();
		assertThat(answer(inTime)).isEqualTo(1);
		assertFails(late, Kind.UNAVAILABLE);
	}

	@Test
	void aFullDatabaseRefusesGrantsAndPutsAndNothingElse() {
		Lease lease = answer(this.client.grant(Duration.ofSeconds(15)));
		put(lease, 0);
		this.etcd.full(true);
		assertFails(this.client.grant(Duration.ofSeconds(15)), Kind.NO_SPACE);
		assertFails(this.client.commit(new Write.Put(KEY, Bytes.EMPTY, lease.id(), 2)), Kind.NO_SPACE);
		answer(this.client.renew(lease.id(), Duration.ofSeconds(1)));
		assertThat(answer(this.client.commit(new Write.Delete(KEY, 2))).applied()).isTrue();
	}

	@Test
	void aForbiddenKeyUnderALeaseForbidsItsRenewal() {
		Lease lease = answer(this.client.grant(Duration.ofSeconds(15)));
		put(lease, 0);
		this.etcd.forbid(RANGE);
		assertFails(this.client.renew(lease.id(), Duration.ofSeconds(1)), Kind.PERMISSION_DENIED);
		assertFails(this.client.commit(new Write.Delete(KEY, 2)), Kind.PERMISSION_DENIED);
		this.etcd.permit(RANGE);
		answer(this.client.renew(lease.id(), Duration.ofSeconds(1)));
	}

	@Test
	void aRefusedKindOfCallFailsUntilItIsAllowed() {
		this.etcd.refuse(Kind.LOGIN_REFUSED, Call.LIST);
		assertFails(Lists.whole(this.client, RANGE), Kind.LOGIN_REFUSED);
		answer(this.client.probe(RANGE));
		this.etcd.allow();
		answer(Lists.whole(this.client, RANGE));
	}

	@Test
	void aClosedClientFailsWhatIsUnderWay() {
		CompletableFuture<Long> underWay = this.client.probe(RANGE);
		this.client.close();
		assertFails(underWay, Kind.CLOSED);
		assertFails(this.client.probe(RANGE), Kind.CLOSED);
	}

	private Committed put(Lease lease, long expectedRevision) {
		return answer(this.client.commit(new Write.Put(KEY, Bytes.utf8("x"), lease.id(), expectedRevision)));
	}

	private <T> T answer(CompletableFuture<T> future) {
		this.scheduler.runReady();
		assertThat(future).isDone();
		return future.join();
	}

	private void assertFails(CompletableFuture<?> future, Kind kind) {
		this.scheduler.runReady();
		assertThat(future).isDone();
		assertThatThrownBy(future::join).cause()
			.isInstanceOfSatisfying(EtcdDiscoveryException.class,
					(failure) -> assertThat(failure.kind()).isEqualTo(kind));
	}

}
