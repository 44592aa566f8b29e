package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.TxnRequest;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
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

	private final List<Deadline> ofReads = new CopyOnWriteArrayList<>();

	private final Connections connections = new Connections(this.settings,
			(builder) -> builder.interceptor(new DeadlinesOfReads()), this.threads, Duration.ofHours(1));

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
	void aCallForWhichNoTimeIsLeftSaysSoAndNothingOfConnections() {
		assertThat(failure(Duration.ofNanos(1)))
			.hasMessageContaining("no answer in time (no time was left to send it)");
	}

	@Test
	void whyAConnectionFailedIsForgottenOnceEtcdHasRefusedSomething() throws IOException {
		Connection first = this.connections.current();
		assertThat(failure(Duration.ofSeconds(10))).hasMessageContaining("Connection refused");
		this.time.advance(Duration.ofSeconds(5));
		await().until(() -> this.connections.current() != first);
		this.connections.note(this.connections.current(),
				Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied").asRuntimeException());
		try (ServerSocket mute = new ServerSocket(this.port, 50, InetAddress.getLoopbackAddress())) {
			assertThat(failure(Duration.ofMillis(500))).hasMessageContaining(":" + mute.getLocalPort())
				.hasMessageContaining("there was no connection yet");
		}
	}

	/** It can be shared by writes that have more time than the first. */
	@Test
	void theProofThatEtcdAnswersHasTheTimeOfAnyRequest() {
		var unused = this.calls.write("write", KVGrpc.getTxnMethod(), TxnRequest.getDefaultInstance(),
				Duration.ofMillis(100));
		assertThat(this.ofReads).singleElement()
			.satisfies((deadline) -> assertThat(deadline.timeRemaining(TimeUnit.SECONDS)).isGreaterThanOrEqualTo(1));
	}

	@Test
	void noCallThrows() {
		ScheduledExecutorService broken = new ScheduledThreadPoolExecutor(1) {

			@Override
			public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
				throw new InternalError("a test has no timer");
			}

		};
		try (Threads without = new Threads(broken, this.time::now)) {
			Calls faulty = new Calls(this.connections, new Login(this.settings, this.connections, without), without);
			assertThat(Await.failure(
					faulty.call("question", KVGrpc.getRangeMethod(), Messages.SIGN_OF_LIFE, Duration.ofSeconds(3))))
				.hasRootCauseMessage("a test has no timer");
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

	private final class DeadlinesOfReads implements ClientInterceptor {

		@Override
		public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
			if (method.getFullMethodName().equals("etcdserverpb.KV/Range")) {
				DeadlineTests.this.ofReads.add(options.getDeadline());
			}
			return next.newCall(method, options);
		}

	}

}
