package io.github.etcddiscovery.loop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class WorkersTests {

	private static final Duration LONG = Duration.ofDays(365_000);

	private final Workers workers = Workers.named("workers-under-test");

	@AfterEach
	void close() {
		this.workers.close();
	}

	@Test
	void runsTasksOnDaemonThreadsOfThatNameAndNoneWaitsForAnother() throws Exception {
		CountDownLatch both = new CountDownLatch(2);
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		for (int i = 0; i < 2; i++) {
			this.workers.execute(() -> {
				both.countDown();
				await(both);
				thread.complete(Thread.currentThread());
			});
		}
		assertThat(both.await(5, TimeUnit.SECONDS)).isTrue();
		assertThat(thread.get(5, TimeUnit.SECONDS).isDaemon()).isTrue();
		assertThat(thread.join().getName()).isEqualTo("workers-under-test");
	}

	/** There is memory for neither at first. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void whatFindsNoThreadAndMaybeNoTimerRunsWhenItDoes(int timersMissing) throws Exception {
		AtomicInteger threads = new AtomicInteger(1);
		AtomicInteger timers = new AtomicInteger(timersMissing);
		CompletableFuture<Thread> ran = new CompletableFuture<>();
		try (EventLoop loop = new EventLoop(new ScheduledThreadPoolExecutor(1) {

			@Override
			public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
				// Executing is scheduling, too.
				if (delay > 0 && timers.getAndDecrement() > 0) {
					throw new InternalError("as a test has it");
				}
				return super.schedule(task, delay, unit);
			}

		}, System::nanoTime);
				Workers scarce = Workers
					.on(new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new SynchronousQueue<>()) {

						@Override
						public void execute(Runnable task) {
							if (threads.getAndDecrement() > 0) {
								throw new InternalError("as a test has it");
							}
							super.execute(task);
						}

					})) {
			scarce.executeOnceThereIsAThread(() -> ran.complete(Thread.currentThread()), loop);
			assertThat(ran.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
			assertThat(timers.get()).isNotPositive();
		}
	}

	@Test
	void waitsForAFutureButNotOnAThreadOfItsOwn() throws Exception {
		CompletableFuture<Void> never = new CompletableFuture<>();
		CompletableFuture<Boolean> within = new CompletableFuture<>();
		this.workers.execute(() -> within.complete(Workers.await(never, LONG)));
		assertThat(within.get(5, TimeUnit.SECONDS)).isFalse();
		assertThat(Workers.await(never, Duration.ofMillis(1))).isFalse();
		assertThat(Workers.await(CompletableFuture.completedFuture("done"), LONG)).isTrue();
		assertThat(Workers.await(CompletableFuture.failedFuture(new IllegalStateException("failed")), LONG)).isFalse();
	}

	@Test
	void anInterruptEndsTheWaitAndIsKept() {
		Thread.currentThread().interrupt();
		assertThat(Workers.await(new CompletableFuture<>(), LONG)).isFalse();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void whatDependsOnAFutureRunsOnItsThreads() throws Exception {
		CompletableFuture<String> future = new CompletableFuture<>();
		CompletableFuture<String> thread = future.thenApply((value) -> value + Thread.currentThread().getName());
		this.workers.complete(future, "on ");
		assertThat(thread.get(5, TimeUnit.SECONDS)).isEqualTo("on workers-under-test");
	}

	@Test
	void whatWasHandedOverBeforeTheEndStillRunsAndMoreIsDropped() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		CompletableFuture<String> before = new CompletableFuture<>();
		CompletableFuture<String> after = new CompletableFuture<>();
		this.workers.execute(() -> {
			await(release);
			before.complete("ran");
		});
		this.workers.close();
		this.workers.execute(() -> after.complete("ran"));
		release.countDown();
		assertThat(before.get(5, TimeUnit.SECONDS)).isEqualTo("ran");
		assertThat(after).isNotDone();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
