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

import io.github.etcddiscovery.test.binaries.EtcdBinaries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/** How a cluster comes up, or does not, and how it goes. */
@Timeout(60)
class EtcdStartIT {

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
	void restartOnATakenPortSaysSoInsteadOfMoving() throws IOException {
		try (EtcdCluster etcd = EtcdCluster.single()) {
			int port = URI.create(etcd.endpoint()).getPort();
			etcd.stop();
			try (ServerSocket thief = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				assertThat(thief.isBound()).isTrue();
				assertThatExceptionOfType(EtcdException.class).isThrownBy(etcd::start)
					.withMessageContaining("address already in use");
			}
			etcd.start();
			assertThat(URI.create(etcd.endpoint()).getPort()).isEqualTo(port);
		}
	}

	@Test
	void theLeastTimeToLiveOfALeaseFollowsTheElection() {
		try (EtcdCluster quick = EtcdCluster.single();
				EtcdCluster usual = EtcdCluster
					.create(EtcdSettings.defaults()
						.withFlag("election-timeout", "1000")
						.withFlag("heartbeat-interval", "100"))
					.start()) {
			assertThat(quick.etcdctl("lease", "grant", "1")).contains("TTL(1s)");
			assertThat(usual.etcdctl("lease", "grant", "1")).contains("TTL(2s)");
		}
	}

	@Test
	void nothingRunsBeforeTheStart() {
		try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withMembers(2))) {
			assertThat(etcd.size()).isEqualTo(2);
			assertThat(etcd.endpoints()).hasSize(2);
			assertThat(etcd.isRunning(0)).isFalse();
			assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcd.get("a"))
				.withMessageContaining("no member of the cluster can answer");
			assertThatIllegalStateException().isThrownBy(() -> etcd.freeze(0))
				.withMessageContaining("m0 was never started");
		}
	}

	@Test
	void clustersDoNotKnowEachOther() {
		try (EtcdCluster one = EtcdCluster.single(); EtcdCluster other = EtcdCluster.single()) {
			one.put("a", "1");
			assertThat(other.get("a")).isEmpty();
			one.kill();
			other.put("a", "2");
			one.restart();
			assertThat(one.get("a")).contains("1");
		}
	}

	@Test
	void theVersionUnderTestCanBeChosen() {
		EtcdBinaries found = EtcdBinaries.find();
		EtcdSettings chosen = EtcdSettings.defaults().withBinaries(EtcdBinaries.in(found.folder()));
		try (EtcdCluster etcd = EtcdCluster.create(chosen).start()) {
			assertThat(etcd.binaries().source()).isEqualTo("given");
			assertThat(etcd.etcdctl("endpoint", "status")).contains(", " + found.version() + ", ");
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
		await().atMost(Duration.ofSeconds(20)).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
		assertThat(Files.exists(data.getParent())).isFalse();
	}

	private static Set<ProcessHandle> descendants() {
		return ProcessHandle.current().descendants().collect(Collectors.toCollection(HashSet::new));
	}

}
