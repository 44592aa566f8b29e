package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of tasks where there is no thread or no memory, or where they throw. */
class ThreadsTests {

	private final ManualScheduler time = new ManualScheduler();

	private volatile boolean exhausted;

	private final Threads.Pool pool = pool(this.time.executor(), 1);

	@AfterEach
	void close() {
		this.pool.shutdownNow();
	}

	@Test
	void whatIsHandedOverWhileNoThreadCanBeMadeIsRunInOrderOnceOneCan() throws InterruptedException {
		List<Integer> run = new ArrayList<>();
		CountDownLatch all = new CountDownLatch(3);
		this.exhausted = true;
		for (int number : List.of(1, 2)) {
			this.pool.execute(() -> note(run, number, all));
		}
		this.time.advance(Duration.ofSeconds(10));
		this.exhausted = false;
		this.pool.execute(() -> note(run, 3, all));
		this.time.advance(Duration.ofSeconds(1));
		assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(run).containsExactly(1, 2, 3);
	}

	private static void note(List<Integer> run, int number, CountDownLatch all) {
		run.add(number);
		all.countDown();
	}

	@Test
	void whatThrowsIsLoggedAndTheThreadGoesOn() {
		try (LoggedLines lines = new LoggedLines(Threads.class.getName())) {
			CompletableFuture<Thread> before = new CompletableFuture<>();
			CompletableFuture<Thread> after = new CompletableFuture<>();
			this.pool.execute(() -> {
				before.complete(Thread.currentThread());
				throw new NoClassDefFoundError("of a user");
			});
			this.pool.execute(() -> after.complete(Thread.currentThread()));
			assertThat(Await.value(after)).isSameAs(Await.value(before));
			assertThat(lines.at("ERROR")).hasSize(1);
		}
	}

	@Test
	void whatIsRepeatedGoesOnWhateverItThrows() {
		AtomicInteger times = new AtomicInteger();
		Threads threads = new Threads(this.time.executor(), this.time::now);
		threads.scheduleRepeatedly(Duration.ofSeconds(1), () -> {
			times.incrementAndGet();
			throw new InternalError("as a test has it");
		});
		IntStream.range(0, 3).forEach((i) -> this.time.advance(Duration.ofSeconds(1)));
		assertThat(times).hasValue(3);
		threads.close();
	}

	@Test
	void whatIsRepeatedGoesOnWhereNothingCanBeScheduledAnyMore() throws InterruptedException {
		ScheduledExecutorService timer = timer(1);
		CountDownLatch times = new CountDownLatch(3);
		Threads threads = new Threads(timer, System::nanoTime);
		threads.scheduleRepeatedly(Duration.ofMillis(1), times::countDown);
		assertThat(times.await(10, TimeUnit.SECONDS)).isTrue();
		threads.close();
	}

	@Test
	void whatFoundNeitherThreadNorTimerIsRunWithWhatIsHandedOverNext() throws InterruptedException {
		Threads.Pool untimed = pool(timer(0), 1);
		List<Integer> run = new ArrayList<>();
		CountDownLatch all = new CountDownLatch(3);
		this.exhausted = true;
		untimed.execute(() -> note(run, 1, all));
		untimed.execute(() -> note(run, 2, all));
		this.exhausted = false;
		untimed.execute(() -> note(run, 3, all));
		assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(run).containsExactly(1, 2, 3);
		untimed.shutdownNow();
	}

	/** A timer that has no memory for more than so many tasks. */
	private static ScheduledExecutorService timer(int tasks) {
		AtomicInteger left = new AtomicInteger(tasks);
		return new ScheduledThreadPoolExecutor(1) {

			@Override
			public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
				if (left.getAndDecrement() <= 0) {
					throw new InternalError("as a test has it");
				}
				return super.schedule(task, delay, unit);
			}

		};
	}

	private Threads.Pool pool(ScheduledExecutorService timer, int threads) {
		return Threads.Pool.of(timer, threads, (task) -> new Thread(task) {

			@Override
			public synchronized void start() {
				if (ThreadsTests.this.exhausted) {
					throw new InternalError("unable to create native thread");
				}
				super.start();
			}

		});
	}

}
