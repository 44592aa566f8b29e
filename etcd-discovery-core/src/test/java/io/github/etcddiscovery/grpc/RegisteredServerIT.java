package io.github.etcddiscovery.grpc;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A server is in the registry while it serves, and leaves it before it stops. */
class RegisteredServerIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final Duration SOON = Duration.ofSeconds(5);

	private final GrpcRig rig = new GrpcRig(etcd);

	private final CountDownLatch entered = new CountDownLatch(1);

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.rig.close();
	}

	@Test
	void aServerIsRegisteredWithThePortThatItReallyListensOn() {
		Server server = this.rig.serve();
		RegisteredServer self = RegisteredServer.register(this.rig.registry, server, GrpcRig::instance);
		assertThat(self.registration().instance().port()).isEqualTo(server.getPort()).isPositive();
		within(SOON, () -> etcd.get(GrpcRig.key(server.getPort())).isPresent());
		assertThat(etcd.get(GrpcRig.key(server.getPort()))).hasValue(GrpcRig.value("127.0.0.1:" + server.getPort()));
	}

	@Test
	void theKeyGoesThenNewCallsAreServedForTheDrainDelayThenWhatIsInFlightIsCompleted() throws Exception {
		Server server = serveUntilReleased();
		RegisteredServer self = RegisteredServer.register(this.rig.registry, server, GrpcRig::instance);
		ManagedChannel channel = this.rig.channel();
		String key = GrpcRig.key(server.getPort());
		within(SOON, () -> etcd.get(key).isPresent());
		within(SOON, () -> this.rig.resolver.instances(GrpcRig.SERVICE).size() == 1);
		long begun = System.nanoTime();
		CompletableFuture<Void> stopped = CompletableFuture
			.runAsync(() -> self.shutdown(Duration.ofMillis(1500), Duration.ofSeconds(30)), OWN_THREADS);
		within(SOON, () -> etcd.get(key).isEmpty());
		assertThat(server.isShutdown()).isFalse();
		CompletableFuture<String> inFlight = callInFlight(server);
		within(SOON, server::isShutdown);
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(1500));
		assertThat(stopped).isNotDone();
		this.release.countDown();
		assertThat(inFlight.get(5, TimeUnit.SECONDS)).isEqualTo("done");
		stopped.get(5, TimeUnit.SECONDS);
		assertThat(server.isTerminated()).isTrue();
		assertThat(channel.isShutdown()).isFalse();
	}

	@Test
	void whatIsStillInFlightAfterTheGraceIsCancelled() throws Exception {
		Server server = serveUntilReleased();
		RegisteredServer self = RegisteredServer.register(this.rig.registry, server, GrpcRig::instance);
		CompletableFuture<String> call = callInFlight(server);
		self.shutdown(Duration.ZERO, Duration.ofMillis(100));
		assertThat(call).failsWithin(SOON).withThrowableThat().withMessageContaining("CANCELLED");
		this.release.countDown();
	}

	@Test
	void theLongestGraceThereIsCutsNothingOff() throws Exception {
		Server server = serveUntilReleased();
		RegisteredServer self = RegisteredServer.register(this.rig.registry, server, GrpcRig::instance);
		CompletableFuture<String> call = callInFlight(server);
		CompletableFuture<Void> stopped = CompletableFuture
			.runAsync(() -> self.shutdown(Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE)), OWN_THREADS);
		within(SOON, server::isShutdown);
		this.release.countDown();
		assertThat(call.get(5, TimeUnit.SECONDS)).isEqualTo("done");
		stopped.get(5, TimeUnit.SECONDS);
	}

	@Test
	void closingTwiceIsClosingOnce() {
		RegisteredServer self = RegisteredServer.register(this.rig.registry, this.rig.serve(), GrpcRig::instance);
		self.close();
		self.close();
		assertThat(self.registration().state()).isEqualTo(RegistrationState.CLOSED);
	}

	@Test
	void theDrainDelayIsNotWaitedWhereNothingWasEverWritten() {
		etcd.cluster().freeze();
		try {
			RegisteredServer self = RegisteredServer.register(this.rig.registry, this.rig.serve(), GrpcRig::instance);
			long begun = System.nanoTime();
			self.registration().suspend();
			self.shutdown(Duration.ofSeconds(30), Duration.ZERO);
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
		}
		finally {
			etcd.cluster().unfreeze();
		}
	}

	@Test
	void anInterruptedShutdownStopsTheServerAtOnceAndKeepsTheInterrupt() {
		Server server = this.rig.serve();
		RegisteredServer self = RegisteredServer.register(this.rig.registry, server, GrpcRig::instance);
		within(SOON, () -> self.registration().state() == RegistrationState.REGISTERED);
		Thread.currentThread().interrupt();
		self.shutdown(Duration.ofSeconds(30), Duration.ofSeconds(30));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(server.isShutdown()).isTrue();
	}

	@Test
	void aServerThatWasNotStartedIsRefused() {
		Server server = NettyServerBuilder.forPort(0).build();
		assertThatIllegalStateException()
			.isThrownBy(() -> RegisteredServer.register(this.rig.registry, server, GrpcRig::instance));
	}

	@Test
	void anInstanceThatTheFormatCannotCarryIsRefusedAndTheServerGoesOn() throws IOException {
		Server server = this.rig.serve();
		assertThatIllegalArgumentException().isThrownBy(() -> RegisteredServer.register(this.rig.registry, server,
				(port) -> Instance.of("a\nb", "127.0.0.1", port)));
		assertThat(Echo.call(this.rig.direct(server.getPort()))).isEqualTo(String.valueOf(server.getPort()));
	}

	private Server serveUntilReleased() {
		return this.rig.serve("127.0.0.1", () -> {
			this.entered.countDown();
			awaitUnchecked(this.release);
			return "done";
		});
	}

	private CompletableFuture<String> callInFlight(Server server) throws InterruptedException {
		CompletableFuture<String> call = CompletableFuture
			.supplyAsync(() -> Echo.call(this.rig.direct(server.getPort())), OWN_THREADS);
		assertThat(this.entered.await(5, TimeUnit.SECONDS)).isTrue();
		return call;
	}

	private static void awaitUnchecked(CountDownLatch latch) {
		try {
			latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
