package io.github.etcddiscovery.spring.outlier;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.etcddiscovery.probe.TcpProbe;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;

import static org.assertj.core.api.Assertions.assertThat;

/** On real time, with a probe that asks real ports. */
class RealProbeTests {

	private final TcpProbe probe = new TcpProbe("probe-under-test", Runnable::run);

	private final Outliers outliers = Outliers.create(OutlierOptions.defaults(), this.probe);

	private final List<ServerSocket> servers = new ArrayList<>();

	private final List<ServiceInstance> listed = new ArrayList<>();

	@BeforeEach
	void listen() throws IOException {
		for (int i = 0; i < 3; i++) {
			ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
			this.servers.add(server);
			this.listed.add(new DefaultServiceInstance("echo" + i, "echo", server.getInetAddress().getHostAddress(),
					server.getLocalPort(), false, Map.of()));
		}
		assertThat(shown()).hasSize(3);
	}

	@AfterEach
	void close() throws IOException {
		this.outliers.close();
		this.probe.close();
		for (ServerSocket server : this.servers) {
			server.close();
		}
	}

	private List<ServiceInstance> shown() {
		return this.outliers.withoutEjected("echo", this.listed);
	}

	private void fail(ServiceInstance instance) {
		long startedAt = System.nanoTime();
		this.outliers.began(instance, startedAt);
		this.outliers.ended(instance, startedAt, Outcome.UNREACHABLE, null);
	}

	@Test
	void twoOfThreeAreLeftOutOnceTheProbeWasRefused() throws IOException {
		for (int i = 0; i < 2; i++) {
			this.servers.get(i).close();
			fail(this.listed.get(i));
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(shown()).containsExactly(this.listed.get(2)));
	}

	@Test
	void whoeverAcceptsIsBack() {
		fail(this.listed.get(0));
		Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(shown()).hasSize(3));
	}

	@Test
	void itsThreadEndsWithIt() {
		String name = "etcd-discovery-outliers";
		Stream<Thread> before = Thread.getAllStackTraces().keySet().stream();
		List<Thread> own = before.filter((thread) -> thread.getName().equals(name)).toList();
		assertThat(own).isNotEmpty().allSatisfy((thread) -> assertThat(thread.isDaemon()).isTrue());
		this.outliers.close();
		this.outliers.close();
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> own.stream().anyMatch((thread) -> !thread.isAlive()));
	}

}
