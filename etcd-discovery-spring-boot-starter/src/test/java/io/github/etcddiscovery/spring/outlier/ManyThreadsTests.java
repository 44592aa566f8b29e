package io.github.etcddiscovery.spring.outlier;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;

import static org.assertj.core.api.Assertions.assertThat;

/** Sixteen threads call, two instances are dead, and time passes meanwhile. */
class ManyThreadsTests {

	private static final int THREADS = 16;

	private static final int CALLS = 20_000;

	private final AtomicInteger failed = new AtomicInteger();

	@Test
	void theDeadAreCalledByNobodyAfterTheFirstFailuresAndTheOthersByAll() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		ExecutorService own = Executors.newSingleThreadExecutor();
		Outliers outliers = new Outliers(OutlierOptions.defaults(), (host, port, told) -> told.accept(found(port)),
				System::nanoTime, own, own::shutdownNow);
		try {
			List<ServiceInstance> listed = IntStream.rangeClosed(1, 5)
				.<ServiceInstance>mapToObj(
						(port) -> new DefaultServiceInstance("echo" + port, "echo", "10.0.0.5", port, false, Map.of()))
				.toList();
			outliers.withoutEjected("echo", listed);
			CountDownLatch callers = new CountDownLatch(THREADS);
			List<Future<?>> running = IntStream.range(0, THREADS).<Future<?>>mapToObj((i) -> threads.submit(() -> {
				callAgainAndAgain(outliers, listed);
				callers.countDown();
			})).toList();
			while (callers.getCount() > 0) {
				own.submit(outliers::beat).get();
			}
			await(running);
			assertThat(outliers.withoutEjected("echo", listed)).extracting(ServiceInstance::getPort)
				.containsExactly(3, 4, 5);
			assertThat(this.failed).hasValueLessThanOrEqualTo(2 * THREADS);
		}
		finally {
			outliers.close();
			threads.shutdownNow();
		}
	}

	private static Answer found(int port) {
		return (port <= 2) ? Answer.REFUSED : Answer.ACCEPTED;
	}

	private void callAgainAndAgain(Outliers outliers, List<ServiceInstance> listed) {
		for (int i = 0; i < CALLS; i++) {
			List<ServiceInstance> alive = outliers.withoutEjected("echo", listed);
			ServiceInstance chosen = alive.get(ThreadLocalRandom.current().nextInt(alive.size()));
			long startedAt = System.nanoTime();
			outliers.began(chosen, startedAt);
			boolean dead = chosen.getPort() <= 2;
			if (dead) {
				this.failed.incrementAndGet();
			}
			outliers.ended(chosen, startedAt, dead ? Outcome.UNREACHABLE : Outcome.ANSWERED, null);
		}
	}

	private static void await(List<Future<?>> running) throws InterruptedException, ExecutionException {
		for (Future<?> caller : running) {
			caller.get();
		}
	}

}
