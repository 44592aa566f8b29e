package io.github.etcddiscovery.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@EtcdTest
@Timeout(60)
class EtcdClusterIT {

	@BeforeEach
	void run(EtcdCluster etcd) {
		etcd.start();
	}

	@Test
	void writtenValueIsReadBack(EtcdCluster etcd) {
		etcd.put("--key", "-line one\nline two\n");
		assertThat(etcd.get("--key")).contains("-line one\nline two\n");
		etcd.put("empty", "");
		assertThat(etcd.get("empty")).contains("");
		etcd.delete("--key");
		assertThat(etcd.get("--key")).isEmpty();
	}

	@Test
	void keyGoesWithItsLease(EtcdCluster etcd) {
		long lease = etcd.grant(Duration.ofSeconds(60));
		etcd.put("leased", "1", lease);
		assertThat(etcd.get("leased")).contains("1");
		etcd.revoke(lease);
		assertThat(etcd.get("leased")).isEmpty();
	}

	@Test
	void compactedRevisionCannotBeRead(EtcdCluster etcd) {
		etcd.put("old", "1");
		long first = etcd.revision();
		etcd.put("old", "2");
		assertThat(etcd.etcdctl("get", "old", "--print-value-only", "--rev=" + first).strip()).isEqualTo("1");
		etcd.compact(first + 1);
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcd.etcdctl("get", "old", "--rev=" + first))
			.withMessageContaining("compacted");
	}

	@Test
	void killedMemberIsGoneAndComesBackWithItsDataOnItsPort(EtcdCluster etcd) {
		String endpoint = etcd.endpoint();
		etcd.put("kept", "1");
		etcd.kill();
		assertThat(etcd.isRunning(0)).isFalse();
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcd.get("kept"));
		etcd.restart();
		assertThat(etcd.endpoint()).isEqualTo(endpoint);
		assertThat(etcd.get("kept")).contains("1");
	}

	@Test
	void stoppedMemberKeepsItsData(EtcdCluster etcd) {
		etcd.put("kept by stop", "1");
		etcd.stop();
		assertThat(etcd.isRunning(0)).isFalse();
		etcd.start();
		assertThat(etcd.get("kept by stop")).contains("1");
	}

	@Test
	void frozenMemberIsStopped(EtcdCluster etcd) {
		etcd.freeze();
		etcd.stop();
		assertThat(etcd.isRunning(0)).isFalse();
	}

	@Test
	void wipedMemberHasALowRevisionAgain(EtcdCluster etcd) {
		etcd.put("gone", "1");
		etcd.put("gone", "2");
		assertThat(etcd.revision()).isGreaterThan(2);
		etcd.wipe();
		assertThat(etcd.get("gone")).isEmpty();
		assertThat(etcd.revision()).isEqualTo(1);
	}

	@Test
	void restoredMemberIsBackAtTheRevisionOfTheBackup(EtcdCluster etcd) {
		etcd.put("before", "1");
		long revision = etcd.revision();
		Path backup = etcd.backup();
		etcd.put("after", "1");
		etcd.restore(backup);
		assertThat(etcd.revision()).isEqualTo(revision);
		assertThat(etcd.get("before")).contains("1");
		assertThat(etcd.get("after")).isEmpty();
	}

	@Test
	void frozenMemberDoesNotAnswerAndDoesAfterwards(EtcdCluster etcd) {
		etcd.put("frozen", "1");
		String[] read = { "--endpoints=" + etcd.endpoint(), "--command-timeout=1s", "get", "frozen" };
		etcd.freeze();
		assertThat(etcd.isRunning(0)).isTrue();
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcd.get("frozen"))
			.withMessageContaining("frozen");
		assertThat(Probe.succeeds(etcd, read)).isFalse();
		etcd.unfreeze();
		assertThat(Probe.succeeds(etcd, read)).isTrue();
	}

	@Test
	void everyWriteIsARevision(EtcdCluster etcd) {
		long before = etcd.revision();
		etcd.put("counted", "1");
		etcd.put("counted", "1");
		etcd.delete("counted");
		etcd.delete("counted");
		assertThat(etcd.revision()).as("the second deletion has nothing to delete").isEqualTo(before + 3);
	}

	@Test
	void manyThreadsReadAndWriteAtOnce(EtcdCluster etcd) {
		List<CompletableFuture<Void>> threads = IntStream.range(0, 8).mapToObj((i) -> CompletableFuture.runAsync(() -> {
			for (int round = 0; round < 5; round++) {
				etcd.put("thread " + i, "round " + round);
				assertThat(etcd.get("thread " + i)).contains("round " + round);
			}
		}, OWN_THREADS)).toList();
		threads.forEach(CompletableFuture::join);
	}

	@Test
	void leaseThatIsNotRenewedTakesItsKeyWithIt(EtcdCluster etcd) {
		etcd.put("leased", "1", etcd.grant(Duration.ofSeconds(1)));
		await().atMost(Duration.ofSeconds(20)).until(() -> etcd.get("leased").isEmpty());
	}

	@Test
	void keyIsNotWrittenUnderALeaseThatHasEnded(EtcdCluster etcd) {
		long lease = etcd.grant(Duration.ofSeconds(60));
		etcd.revoke(lease);
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcd.put("leased", "1", lease))
			.withMessageContaining("requested lease not found");
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcd.revoke(lease))
			.withMessageContaining("requested lease not found");
	}

	@Test
	void revisionThatIsNotReachedCannotBeCompacted(EtcdCluster etcd) {
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcd.compact(etcd.revision() + 1_000))
			.withMessageContaining("future revision");
	}

	@Test
	void startLeavesWhatRunsAlone(EtcdCluster etcd) {
		long lease = etcd.grant(Duration.ofSeconds(60));
		etcd.start();
		etcd.start();
		etcd.put("leased", "1", lease);
		assertThat(etcd.get("leased")).contains("1");
	}

	@Test
	void whatIsGoneCanBeStoppedKilledAndFrozen(EtcdCluster etcd) {
		etcd.kill();
		etcd.kill();
		etcd.stop();
		etcd.freeze();
		etcd.unfreeze();
		assertThat(etcd.isRunning(0)).isFalse();
		etcd.restart();
		assertThat(etcd.revision()).isPositive();
	}

	@Test
	void frozenMemberIsRestarted(EtcdCluster etcd) {
		etcd.put("kept", "2");
		etcd.freeze();
		etcd.restart();
		assertThat(etcd.get("kept")).contains("2");
	}

	@Test
	void backupOfAStoppedClusterCanBeRestoredMoreThanOnce(EtcdCluster etcd) {
		etcd.put("in the backup", "1");
		etcd.stop();
		Path backup = etcd.backup();
		for (int i = 0; i < 2; i++) {
			etcd.restore(backup);
			assertThat(etcd.get("in the backup")).contains("1");
			etcd.delete("in the backup");
		}
	}

	@Test
	void misuseIsNamed(EtcdCluster etcd) {
		assertThatIllegalStateException().isThrownBy(etcd::proxy).withMessageContaining("withProxies");
		assertThatIllegalStateException().isThrownBy(() -> etcd.partition(0)).withMessageContaining("withProxies");
		assertThatIllegalStateException().isThrownBy(etcd::certificates).withMessageContaining("withTls");
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdSettings.defaults().withMembers(0))
			.withMessageContaining("members: 0");
	}

}
