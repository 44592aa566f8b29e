package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.etcd.jetcd.api.KVGrpc;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.loop.ManualScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a caller is told, and where, when the time of a call is over. */
class DeadlineTests {

	private final ManualScheduler time = new ManualScheduler();

	private final Threads threads = new Threads(this.time.executor(), this.time::now);

	private final int port = freePort();

	private final EtcdClientSettings settings = EtcdClientSettings.of("http://127.0.0.1:" + this.port);

	private final Connections connections = new Connections(this.settings, (builder) -> {
	}, this.threads, Duration.ofHours(1));

	private final Calls calls = new Calls(this.connections, new Login(this.settings, this.connections, this.threads),
			this.threads);

	@AfterEach
	void close() {
		this.calls.close();
		this.threads.close();
	}

	@Test
	void aCallThatHadNoConnectionNamesWhyTheLastOneFailed() throws IOException {
		Connection first = this.connections.current();
		assertThat(failure(Duration.ofSeconds(10))).hasMessageContaining("Connection refused");
		try (ServerSocket mute = new ServerSocket(this.port, 50, InetAddress.getLoopbackAddress())) {
			this.time.advance(Duration.ofSeconds(5));
			await().until(() -> this.connections.current() != first);
			assertThat(failure(Duration.ofMillis(500))).hasMessageContaining("no answer in time")
				.hasMessageContaining("Connection refused: /127.0.0.1:" + mute.getLocalPort())
				.message()
				.doesNotContain("closed=[", "delay");
		}
	}

	@Test
	void aCallThatHasHadNoConnectionYetSaysSo() throws IOException {
		try (ServerSocket mute = new ServerSocket(this.port, 50, InetAddress.getLoopbackAddress())) {
			assertThat(failure(Duration.ofMillis(500))).hasMessageContaining(":" + mute.getLocalPort())
				.hasMessageContaining("no answer in time (there was no connection yet)");
		}
	}

	@Test
	void whoWaitsForAnAnswerHoldsUpNoTimer() {
		CountDownLatch never = new CountDownLatch(1);
		try (EtcdClient client = EtcdClient
			.connect(this.settings.withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(300)).withCredentials(() -> {
				waitFor(never);
				return new Credentials("app", "secret");
			}))) {
			CompletableFuture<String> told = client.grant(Duration.ofSeconds(10))
				.handle((lease, error) -> Thread.currentThread().getName());
			assertThat(Await.value(told)).isEqualTo("etcd-client-answers");
		}
		finally {
			never.countDown();
		}
	}

	private static void waitFor(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private EtcdDiscoveryException failure(Duration timeout) {
		return Await.failure(this.calls.call("question", KVGrpc.getRangeMethod(), Messages.SIGN_OF_LIFE, timeout));
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

}
