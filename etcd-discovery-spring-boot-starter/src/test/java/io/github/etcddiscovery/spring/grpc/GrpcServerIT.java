package io.github.etcddiscovery.spring.grpc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The gRPC server of Boot is registered: as the instance, or as a tag of it. */
class GrpcServerIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final Deque<ManagedChannel> channels = new ArrayDeque<>();

	@AfterEach
	void close() {
		this.channels.forEach(ManagedChannel::shutdownNow);
	}

	@Test
	void withoutWebServerTheGrpcServersPortIsTheInstances() {
		try (ConfigurableApplicationContext context = server().withoutWeb().run()) {
			Instance self = instance(context);
			assertThat(self.port()).isEqualTo(grpcPort(context)).isPositive();
			assertThat(self.host()).isEqualTo("127.0.0.1");
			assertThat(self.tags()).isEqualTo(Map.of("scheme", "grpc"));
			TestApplication.awaitRegistered(etcd, TestApplication.key("echo", grpcPort(context)));
			assertThat(context.getBeansOfType(Registration.class)).hasSize(1);
		}
		assertThat(etcd.etcdctl("get", "--prefix", "kitex/")).isEmpty();
	}

	@Test
	void besideAWebServerItsPortIsATag() {
		try (ConfigurableApplicationContext context = server().run()) {
			Instance self = instance(context);
			assertThat(self.port()).isEqualTo(TestApplication.port(context));
			assertThat(self.tags()).containsEntry("grpc.port", String.valueOf(grpcPort(context)));
			assertThat(context.getBeansOfType(Registration.class)).hasSize(1);
		}
	}

	@Test
	void inGrpcsOwnFormatItsPortIsTheInstancesBesideAWebServerToo() {
		try (ConfigurableApplicationContext context = server().set("etcd.discovery.format=grpc").run()) {
			int port = grpcPort(context);
			assertThat(instance(context).tags()).containsEntry("http.port",
					String.valueOf(TestApplication.port(context)));
			TestApplication.awaitRegistered(etcd, "echo/127.0.0.1:" + port);
			assertThat(etcd.get("echo/127.0.0.1:" + port).orElseThrow())
				.startsWith("{\"Op\":0,\"Addr\":\"127.0.0.1:" + port + "\",\"Metadata\":{");
		}
	}

	@Test
	void aConfiguredPortWins() {
		try (ConfigurableApplicationContext context = server().withoutWeb()
			.set("etcd.discovery.registration.port=7777")
			.run()) {
			assertThat(instance(context).port()).isEqualTo(7777);
		}
	}

	@Test
	void aServerWithinTheProcessIsNoPort() {
		try (ConfigurableApplicationContext context = server().withoutWeb()
			.set("spring.grpc.server.inprocess.name=inner")
			.run()) {
			assertThat(instance(context).port()).isEqualTo(grpcPort(context));
		}
		try (ConfigurableApplicationContext context = server()
			.set("spring.grpc.server.inprocess.name=inner", "spring.grpc.server.factory.enabled=false")
			.run()) {
			assertThat(instance(context).tags()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theKeyIsRemovedThenNewCallsAreServedForTheDrainDelayThenWhatIsInFlightIsCompleted(boolean web)
			throws Exception {
		TestApplication application = server().set("etcd.discovery.registration.drain-delay=1500ms");
		ConfigurableApplicationContext context = (web ? application : application.withoutWeb()).run();
		int port = grpcPort(context);
		String key = TestApplication.key("echo", web ? TestApplication.port(context) : port);
		TestApplication.awaitRegistered(etcd, key);
		EchoService service = context.getBean(EchoService.class);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close, OWN_THREADS);
		TestApplication.awaitGone(etcd, key);
		long gone = System.nanoTime();
		ManagedChannel channel = channel(port);
		CompletableFuture<String> inFlight = CompletableFuture.supplyAsync(() -> EchoService.call(channel, "wait"),
				OWN_THREADS);
		assertThat(service.entered.await(5, TimeUnit.SECONDS)).isTrue();
		ManagedChannel other = channel(port);
		Awaitility.await()
			.pollInterval(Duration.ofMillis(20))
			.atMost(Duration.ofSeconds(10))
			.until(() -> refuses(other));
		assertThat(Duration.ofNanos(System.nanoTime() - gone)).isGreaterThan(Duration.ofMillis(1200));
		assertThat(closed).isNotDone();
		service.release.countDown();
		assertThat(inFlight.get(5, TimeUnit.SECONDS)).isEqualTo("hello");
		closed.get(10, TimeUnit.SECONDS);
	}

	@Test
	void withoutAnyServerOneThatHasToRegisterDoesNotStart() {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(
					() -> TestApplication.with(etcd).withoutWeb().set("etcd.discovery.registration.enabled=true").run())
			.havingRootCause()
			.withMessageContaining("a web or gRPC server");
	}

	private static TestApplication server() {
		return TestApplication.with(etcd)
			.and(EchoService.Server.class)
			.set("spring.grpc.server.port=0", "spring.grpc.server.address=127.0.0.1");
	}

	private static Instance instance(ConfigurableApplicationContext context) {
		return context.getBean(EtcdRegistration.class).instance();
	}

	private static int grpcPort(ConfigurableApplicationContext context) {
		return context.getBean("nettyGrpcServerLifecycle", GrpcServerLifecycle.class).getPort();
	}

	private ManagedChannel channel(int port) {
		ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
		this.channels.push(channel);
		return channel;
	}

	private static boolean refuses(ManagedChannel channel) {
		try {
			EchoService.call(channel);
			return false;
		}
		catch (StatusRuntimeException ex) {
			return true;
		}
	}

}
