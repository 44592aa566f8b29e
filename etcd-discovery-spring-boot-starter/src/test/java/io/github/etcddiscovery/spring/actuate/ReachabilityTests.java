package io.github.etcddiscovery.spring.actuate;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ReachabilityTests {

	private final AtomicInteger probes = new AtomicInteger();

	private CompletableFuture<Long> answer = new CompletableFuture<>();

	private final Reachability reachability = new Reachability(client(), KeyRange.single(Bytes.utf8("k")));

	@Test
	void anAnswerIsReachable() {
		this.answer.complete(1L);
		assertThat(this.reachability.check()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "UNAVAILABLE, false", "CLOSED, false", "PERMISSION_DENIED, true", "LOGIN_REFUSED, true",
			"NO_SPACE, true" })
	void aRefusalIsAnAnswerToo(Kind kind, boolean reachable) {
		this.answer.completeExceptionally(new CompletionException(new EtcdDiscoveryException(kind, "no", null)));
		assertThat(this.reachability.check()).isEqualTo(reachable);
	}

	@Test
	void anAnswerCountsForAWhileSoThatEtcdIsNotAskedAtEachRequest() {
		this.answer.complete(1L);
		for (int i = 0; i < 10; i++) {
			assertThat(this.reachability.check()).isTrue();
		}
		assertThat(this.probes).hasValue(1);
		this.answer = new CompletableFuture<>();
		this.answer.completeExceptionally(new EtcdDiscoveryException(Kind.UNAVAILABLE, "gone", null));
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !this.reachability.check());
	}

	@Test
	void noAnswerIsWaitedForASecondAndOneProbeIsUnderWayAtATime() {
		long begun = System.nanoTime();
		assertThat(this.reachability.check()).isFalse();
		assertThat(this.reachability.check()).isFalse();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofMillis(1900),
				Duration.ofSeconds(30));
		assertThat(this.probes).hasValue(1);
		this.answer.complete(1L);
		assertThat(this.reachability.check()).isTrue();
	}

	@Test
	void howeverManyAskAtOnceOneProbeIsUnderWay() {
		CyclicBarrier together = new CyclicBarrier(8);
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			List<CompletableFuture<Boolean>> checks = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
				await(together);
				return this.reachability.check();
			}, threads)).limit(8).toList();
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> this.probes.get() > 0);
			this.answer.complete(1L);
			assertThat(checks).allSatisfy((check) -> assertThat(check).succeedsWithin(Duration.ofSeconds(5)));
			assertThat(this.probes).hasValue(1);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException | BrokenBarrierException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private EtcdClient client() {
		return (EtcdClient) Proxy.newProxyInstance(EtcdClient.class.getClassLoader(),
				new Class<?>[] { EtcdClient.class }, (proxy, method, arguments) -> {
					this.probes.incrementAndGet();
					return this.answer;
				});
	}

}
