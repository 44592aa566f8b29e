package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Write.Committed;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LateWritesTests {

	private final ModelRig rig = new ModelRig();

	private final ModelEtcd etcd = this.rig.etcd;

	private final LateWrites late = this.etcd.lateWrites();

	private final long lease = this.etcd.grant(Duration.ofSeconds(60));

	@Test
	void writesThatWereTakenAreAppliedInAnyOrderAfterTheirDeadlines() {
		this.late.hold(Call.COMMIT, 2);
		CompletableFuture<Committed> first = this.rig.put("a/1", this.lease, 0);
		CompletableFuture<Committed> second = this.rig.put("a/2", this.lease, 0);
		this.rig.advance(Duration.ofSeconds(3));
		this.rig.assertFails(first, Kind.UNAVAILABLE);
		this.rig.assertFails(second, Kind.UNAVAILABLE);
		this.rig.answer(this.rig.put("a/3", this.lease, 0));
		assertThat(this.late.count()).isEqualTo(2);
		this.late.apply(1);
		assertThat(this.etcd.entry("a/2").modRevision()).isEqualTo(3);
		this.late.apply(0);
		assertThat(this.etcd.entry("a/1").modRevision()).isEqualTo(4);
	}

	@Test
	void aFrozenEtcdCanHaveTakenWritesThatItAppliesAfterTheThaw() {
		this.late.afterThaw(true);
		this.etcd.freeze();
		CompletableFuture<Committed> lost = this.rig.put("a/1", this.lease, 0);
		this.rig.advance(Duration.ofSeconds(3));
		this.rig.assertFails(lost, Kind.UNAVAILABLE);
		this.late.applyAll();
		this.etcd.thaw();
		this.rig.scheduler.runReady();
		assertThat(this.etcd.entry("a/1")).isNull();
		this.late.applyAll();
		assertThat(this.etcd.entry("a/1")).isNotNull();
	}

	@Test
	void aLateWriteIsFencedByAWriteOfTheSameKeyAndByTheEndOfItsLease() {
		this.late.hold(Call.COMMIT, 2);
		this.rig.put("a/1", this.lease, 0);
		this.rig.put("a/2", this.lease, 0);
		this.etcd.put("a/1", "y");
		this.late.apply(0);
		assertThat(this.etcd.entry("a/1").value().strictUtf8()).isEqualTo("y");
		this.etcd.revoke(this.lease);
		this.late.apply(0);
		assertThat(this.etcd.entry("a/2")).isNull();
	}

	@Test
	void anAnswerWithinTheDeadlineStillCounts() {
		this.late.hold(Call.COMMIT, 1);
		CompletableFuture<Committed> slow = this.rig.put("a/1", this.lease, 0);
		this.rig.advance(Duration.ofSeconds(1));
		this.late.applyAll();
		assertThat(this.rig.answer(slow).applied()).isTrue();
	}

	@Test
	void aProcessThatDiesLosesWhatItHadTaken() {
		this.late.hold(Call.COMMIT, 1);
		this.rig.put("a/1", this.lease, 0);
		this.etcd.down();
		this.etcd.up();
		assertThat(this.late.count()).isZero();
	}

	@Test
	void healingAppliesWhatWasTaken() {
		this.late.hold(Call.COMMIT, 1);
		this.rig.put("a/1", this.lease, 0);
		this.etcd.freeze();
		this.etcd.heal();
		assertThat(this.etcd.entry("a/1")).isNotNull();
	}

	@Test
	void anAnswerCanBeAnErrorAlthoughTheWriteWasApplied() {
		this.etcd.garble(Kind.UNAVAILABLE, Call.COMMIT, 1);
		this.rig.assertFails(this.rig.put("a/1", this.lease, 0), Kind.UNAVAILABLE);
		assertThat(this.etcd.entry("a/1")).isNotNull();
		this.rig.answer(this.rig.put("a/2", this.lease, 0));
	}

}
