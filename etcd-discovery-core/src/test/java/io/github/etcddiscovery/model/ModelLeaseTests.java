package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ModelLeaseTests {

	private static final Duration TTL = Duration.ofSeconds(15);

	private static final KeyRange FORBIDDEN = KeyRange.prefix(Bytes.utf8("z/"));

	private static final Bytes KEY = Bytes.utf8("a/1");

	private final ModelRig rig = new ModelRig();

	private final ModelEtcd etcd = this.rig.etcd;

	@Test
	void tellsTheKeysOfALease() {
		long lease = this.etcd.grant(TTL);
		this.rig.answer(this.rig.put("a/1", lease, 0));
		this.etcd.put("a/2", "x", lease);
		this.rig.advance(Duration.ofSeconds(5));
		assertThat(this.rig.answer(this.rig.client.leaseKeys(lease)))
			.isEqualTo(new LeaseKeys(TTL, Duration.ofSeconds(10), List.of(KEY, Bytes.utf8("a/2"))));
		this.etcd.revoke(lease);
		LeaseKeys gone = this.rig.answer(this.rig.client.leaseKeys(lease));
		assertThat(gone.exists()).isFalse();
		assertThat(gone.left()).isNegative();
	}

	@Test
	void aStaleLeaderTellsWhatItKnewAndNoMore() {
		long lease = this.etcd.grant(TTL);
		this.rig.answer(this.rig.put("a/1", lease, 0));
		this.etcd.staleLeader(true);
		this.rig.answer(this.rig.put("a/2", lease, 0));
		this.rig.answer(this.rig.client.commit(new Write.Delete(KEY, 2)));
		assertThat(this.rig.answer(this.rig.client.leaseKeys(lease)).keys()).containsExactly(KEY);
		assertThat(this.rig.answer(this.rig.client.leaseKeys(this.etcd.grant(TTL))).exists()).isFalse();
		this.etcd.staleLeader(false);
		assertThat(this.rig.answer(this.rig.client.leaseKeys(lease)).keys()).containsExactly(Bytes.utf8("a/2"));
	}

	@Test
	void anAnswerOnItsWayDoesNotKnowWhatHappensMeanwhile() {
		long lease = this.etcd.grant(TTL);
		this.rig.answer(this.rig.put("a/1", lease, 0));
		this.etcd.delay(Call.LEASE_KEYS, Duration.ofSeconds(1));
		this.etcd.delayRequests(Call.COMMIT, Duration.ofMillis(500));
		var asked = this.rig.client.leaseKeys(lease);
		var deleted = this.rig.client.commit(new Write.Delete(KEY, 2));
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(asked.join().keys()).containsExactly(KEY);
		assertThat(deleted.join().applied()).isTrue();
	}

	@Test
	void aForbiddenKeyUnderALeaseForbidsPutsRenewalsAndTheRevocationOfTheWholeLease() {
		long lease = forbiddenLease(this.rig);
		this.rig.assertFails(this.rig.put("a/2", lease, 0), Kind.PERMISSION_DENIED);
		this.rig.assertFails(this.rig.put("a/1", lease, 7), Kind.PERMISSION_DENIED);
		this.rig.assertFails(this.rig.client.renew(lease, TTL), Kind.PERMISSION_DENIED);
		this.rig.assertFails(this.rig.client.revoke(lease), Kind.PERMISSION_DENIED);
		this.rig.assertFails(this.rig.client.leaseKeys(lease), Kind.PERMISSION_DENIED);
		assertThat(this.rig.answer(this.rig.client.commit(new Write.Delete(KEY, 2))).applied()).isTrue();
	}

	@Test
	void ofVersion34AForbiddenKeyForbidsTheRevocationOnly() {
		ModelRig old = new ModelRig(EtcdVersion.V3_4);
		long lease = forbiddenLease(old);
		assertThat(old.answer(old.put("a/2", lease, 0)).applied()).isTrue();
		old.answer(old.client.renew(lease, TTL));
		assertThat(old.answer(old.client.leaseKeys(lease)).keys()).hasSize(3);
		old.assertFails(old.client.revoke(lease), Kind.PERMISSION_DENIED);
	}

	@Test
	void aListOfKeysSaysNothingOfLeasesFromVersion37On() {
		for (EtcdVersion version : List.of(EtcdVersion.V3_6, EtcdVersion.V3_7)) {
			ModelRig rig = new ModelRig(version);
			long lease = rig.etcd.grant(TTL);
			rig.etcd.put("a/1", "x", lease);
			List<Long> leases = new ArrayList<>();
			rig.answer(rig.client.list(ModelRig.RANGE, true, rig.owner,
					(page) -> page.entries().forEach((entry) -> leases.add(entry.lease()))));
			assertThat(leases).containsExactly((version == EtcdVersion.V3_6) ? lease : 0);
		}
	}

	private static long forbiddenLease(ModelRig rig) {
		rig.etcd.forbid(FORBIDDEN);
		rig.etcd.forbidReads(FORBIDDEN);
		long lease = rig.etcd.grant(TTL);
		rig.answer(rig.put("a/1", lease, 0));
		rig.etcd.put("z/1", "x", lease);
		return lease;
	}

	@Test
	void someRenewalsAreRefusedAndThenNoMore() {
		long lease = this.etcd.grant(TTL);
		this.etcd.refuseNext(Kind.OVERLOADED, Call.RENEW, 1);
		this.rig.assertFails(this.rig.client.renew(lease, TTL), Kind.OVERLOADED);
		assertThat(this.rig.answer(this.rig.client.renew(lease, TTL))).isEqualTo(TTL);
	}

	@Test
	void aBumpedRestoreLeapsAheadAndKeepsKeysAndLeases() {
		long lease = this.etcd.grant(TTL);
		this.rig.answer(this.rig.put("a/1", lease, 0));
		Backup backup = Backup.of(this.etcd);
		this.rig.answer(this.rig.put("a/2", lease, 0));
		this.rig.client.watches(this.rig.owner).watch(ModelRig.RANGE, 1, this.rig.listener("a"));
		assertThat(this.rig.told()).hasSize(3);
		backup.restoreBumped();
		assertThat(this.rig.told()).containsExactly("a ended UNAVAILABLE");
		assertThat(this.etcd.revision()).isEqualTo(1_000_002);
		assertThat(this.etcd.entries()).containsExactly(this.etcd.entry("a/1"));
		assertThat(this.etcd.entry("a/1").modRevision()).isEqualTo(2);
		this.rig.client.watches(this.rig.owner).watch(ModelRig.RANGE, 3, this.rig.listener("b"));
		assertThat(this.rig.told()).containsExactly("b confirmed 1000002", "b ended COMPACTED");
		Committed next = this.rig.answer(this.rig.put("a/1", lease, 2));
		assertThat(next.revision()).isEqualTo(1_000_003);
	}

}
