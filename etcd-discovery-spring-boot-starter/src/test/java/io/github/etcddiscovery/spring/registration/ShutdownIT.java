package io.github.etcddiscovery.spring.registration;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;

/** Leave, drain, graceful shutdown: in this order. */
class ShutdownIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final HttpClient http = HttpClient.newHttpClient();

	@BeforeEach
	void running() {
		etcd.cluster().start();
	}

	@Test
	@DisplayName("D31: the key is removed, then new requests are served for the drain delay, then what is in flight is completed")
	void theKeyIsRemovedThenNewRequestsAreServedForTheDrainDelayThenWhatIsInFlightIsCompleted() throws Exception {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.and(Slow.class)
			.set("etcd.discovery.registration.drain-delay=1500ms")
			.run();
		int port = TestApplication.port(context);
		String key = TestApplication.key(context);
		TestApplication.awaitRegistered(etcd, key);
		SlowController slow = context.getBean(SlowController.class);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close, OWN_THREADS);
		TestApplication.awaitGone(etcd, key);
		long gone = System.nanoTime();
		CompletableFuture<HttpResponse<String>> inFlight = this.http.sendAsync(request(port, "/slow"),
				HttpResponse.BodyHandlers.ofString());
		assertThat(slow.entered.await(5, TimeUnit.SECONDS)).isTrue();
		Awaitility.await()
			.pollInterval(Duration.ofMillis(20))
			.atMost(Duration.ofSeconds(10))
			.until(() -> refuses(port));
		assertThat(Duration.ofNanos(System.nanoTime() - gone)).isGreaterThan(Duration.ofMillis(1200));
		assertThat(closed).isNotDone();
		slow.release.countDown();
		assertThat(inFlight.get(5, TimeUnit.SECONDS).body()).isEqualTo("slow");
		closed.get(10, TimeUnit.SECONDS);
	}

	@Test
	void aKeyThatIsGoneForLongIsNotWaitedFor() {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.drain-delay=4s")
			.run();
		TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
		TestApplication.awaitGone(etcd, TestApplication.key(context));
		long gone = System.nanoTime();
		Awaitility.await()
			.atMost(Duration.ofSeconds(15))
			.until(() -> System.nanoTime() - gone > Duration.ofSeconds(4).toNanos());
		assertThat(closing(context)).isLessThan(Duration.ofSeconds(4));
	}

	@Test
	void theDrainDelayIsNotWaitedWhereNothingWasEverWritten() {
		etcd.cluster().kill();
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.drain-delay=30s")
			.run();
		assertThat(closing(context)).isLessThan(Duration.ofSeconds(10));
	}

	@Test
	void withEtcdAwayAShutdownTakesRequestTimeoutAndDrainDelayLongerAtMost() {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.drain-delay=1s", "etcd.discovery.request-timeout=5s")
			.run();
		TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		etcd.cluster().freeze();
		try {
			// Less than twice the request timeout, which would be 10 s, and the drain.
			assertThat(closing(context)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
		}
		finally {
			etcd.cluster().unfreeze();
		}
	}

	@Test
	void withoutDeregistrationTheKeyStaysUnderItsLease() {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.deregister-on-shutdown=false", "etcd.discovery.registration.ttl=3s",
					"etcd.discovery.registration.drain-delay=20s")
			.run();
		String key = TestApplication.key(context);
		TestApplication.awaitRegistered(etcd, key);
		long revision = etcd.revision();
		long begun = System.nanoTime();
		context.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
		assertThat(etcd.get(key)).isPresent();
		assertThat(etcd.revision()).isEqualTo(revision);
		TestApplication.awaitGone(etcd, key);
	}

	private static Duration closing(ConfigurableApplicationContext context) {
		long begun = System.nanoTime();
		context.close();
		return Duration.ofNanos(System.nanoTime() - begun);
	}

	private boolean refuses(int port) throws InterruptedException {
		try {
			return this.http.send(request(port, "/hello"), HttpResponse.BodyHandlers.ofString()).statusCode() == 503;
		}
		catch (IOException ex) {
			return true;
		}
	}

	private static HttpRequest request(int port, String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.timeout(Duration.ofSeconds(20))
			.build();
	}

	@Configuration(proxyBeanMethods = false)
	static class Slow {

		@Bean
		SlowController slowController() {
			return new SlowController();
		}

	}

	@RestController
	static class SlowController {

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch release = new CountDownLatch(1);

		@GetMapping("/slow")
		String slow() throws InterruptedException {
			this.entered.countDown();
			this.release.await(15, TimeUnit.SECONDS);
			return "slow";
		}

	}

}
