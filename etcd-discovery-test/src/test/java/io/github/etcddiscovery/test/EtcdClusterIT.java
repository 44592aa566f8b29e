package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
	void memberMovesToAnotherPortWhenItsPortIsTakenAtTheFirstStart() throws IOException {
		try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults())) {
			int port = URI.create(etcd.endpoint()).getPort();
			try (ServerSocket thief = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				etcd.start();
				assertThat(URI.create(etcd.endpoint()).getPort()).isNotEqualTo(thief.getLocalPort());
				assertThat(etcd.revision()).isEqualTo(1);
			}
		}
	}

	@Test
	void restartOnATakenPortSaysSoInsteadOfMoving(EtcdCluster etcd) throws IOException {
		int port = URI.create(etcd.endpoint()).getPort();
		etcd.stop();
		try (ServerSocket thief = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			assertThat(thief.isBound()).isTrue();
			assertThatExceptionOfType(EtcdException.class).isThrownBy(etcd::start)
				.withMessageContaining("address already in use");
		}
	}

	@Test
	void failedStartShowsTheEndOfEtcdsLog() {
		EtcdSettings wrong = EtcdSettings.defaults().withFlag("no-such-flag", "1");
		try (EtcdCluster etcd = EtcdCluster.create(wrong)) {
			assertThatExceptionOfType(EtcdException.class).isThrownBy(etcd::start)
				.withMessageContaining("m0 ended while starting")
				.withMessageContaining("no-such-flag");
		}
	}

	@Test
	void furtherFlagReachesEtcd() {
		EtcdSettings small = EtcdSettings.defaults().withFlag("max-request-bytes", "1000");
		try (EtcdCluster etcd = EtcdCluster.create(small).start()) {
			assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcd.put("big", "x".repeat(2_000)))
				.withMessageContaining("too large");
		}
	}

	@Test
	void clientsGoThroughTheProxyAndEtcdctlDoesNot() {
		try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withProxies()).start()) {
			String[] read = { "--endpoints=" + etcd.endpoint(), "--command-timeout=1s", "get", "key" };
			assertThat(etcd.endpoint()).endsWith(":" + etcd.proxy().port());
			assertThat(Probe.succeeds(etcd, read)).isTrue();
			assertThat(etcd.proxy().accepted()).isEqualTo(1);
			etcd.proxy().cut();
			assertThat(Probe.succeeds(etcd, read)).isFalse();
			etcd.put("key", "by the back door");
			etcd.proxy().heal();
			assertThat(Probe.succeeds(etcd, read)).isTrue();
		}
	}

	@Test
	void closeEndsTheProcessAndRemovesItsData() {
		Set<ProcessHandle> before = descendants();
		EtcdCluster etcd = EtcdCluster.single();
		Set<ProcessHandle> started = descendants();
		started.removeAll(before);
		assertThat(started).isNotEmpty();
		Path data = etcd.backup();
		assertThat(data).isNotEmptyDirectory();
		etcd.close();
		etcd.close();
		await().atMost(Duration.ofSeconds(5)).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
		assertThat(Files.exists(data.getParent())).isFalse();
	}

	private static Set<ProcessHandle> descendants() {
		return ProcessHandle.current().descendants().collect(Collectors.toCollection(HashSet::new));
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
