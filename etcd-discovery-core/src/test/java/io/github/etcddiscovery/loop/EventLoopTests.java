package io.github.etcddiscovery.loop;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.test.Thrown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class EventLoopTests {

	private final EventLoop loop = EventLoop.start("event-loop-under-test");

	@AfterEach
	void closeLoop() {
		this.loop.close();
	}

	@Test
	void runsTasksOneAfterTheOtherOnOneDaemonThread() throws Exception {
		List<Integer> done = new CopyOnWriteArrayList<>();
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		for (int i = 0; i < 100; i++) {
			int number = i;
			this.loop.execute(() -> done.add(number));
		}
		this.loop.execute(() -> thread.complete(Thread.currentThread()));
		assertThat(thread.get(5, TimeUnit.SECONDS).isDaemon()).isTrue();
		assertThat(thread.join().getName()).isEqualTo("event-loop-under-test");
		assertThat(done).hasSize(100).isSorted();
	}

	@ParameterizedTest
	@MethodSource("anything")
	void repeatsATaskUntilItIsCancelledWhateverItThrows(Throwable thrown) {
		ManualScheduler scheduler = new ManualScheduler();
		try (LoggedLines log = new LoggedLines(EventLoop.class.getName())) {
			for (EventLoop each : List.of(this.loop, scheduler.loop())) {
				List<Integer> done = new CopyOnWriteArrayList<>();
				EventLoop.Timer timer = each.repeat(Duration.ofMillis(20), () -> {
					done.add(done.size());
					throw Thrown.undeclared(thrown);
				});
				await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(20)).until(() -> {
					scheduler.advance(Duration.ofMillis(20));
					return done.size() >= 3;
				});
				timer.cancel();
			}
			assertThat(log.at("ERROR")).hasSizeGreaterThanOrEqualTo(6);
		}
		assertThat(scheduler.pending()).isZero();
	}

	@ParameterizedTest
	@MethodSource("anything")
	void goesOnAfterATaskThatThrowsAndLogsWhatItWas(Throwable thrown) throws Exception {
		CompletableFuture<String> next = new CompletableFuture<>();
		try (LoggedLines log = new LoggedLines(EventLoop.class.getName())) {
			this.loop.execute(() -> {
				throw Thrown.undeclared(thrown);
			});
			this.loop.schedule(Duration.ofMillis(1), () -> {
				throw Thrown.undeclared(thrown);
			});
			this.loop.schedule(Duration.ofMillis(2), () -> next.complete("ran"));
			assertThat(next.get(5, TimeUnit.SECONDS)).isEqualTo("ran");
			assertThat(log.at("ERROR")).hasSize(2).allMatch((line) -> line.contains("a defect of etcd-discovery"));
		}
	}

	static Stream<Throwable> anything() {
		return Stream.of(new IllegalStateException("thrown by a test"), new IOException("thrown by a test"),
				new StackOverflowError("thrown by a test"));
	}

	@Test
	void handsAValueOrAFailureOverWhenAStageHasEnded() throws Exception {
		CompletableFuture<String> stage = new CompletableFuture<>();
		CompletableFuture<String> told = new CompletableFuture<>();
		CompletableFuture<Boolean> here = new CompletableFuture<>();
		this.loop.whenDone(stage, (value, failure) -> {
			here.complete(this.loop.isRunningHere());
			told.complete(value + " " + failure);
		});
		stage.complete("value");
		assertThat(told.get(5, TimeUnit.SECONDS)).isEqualTo("value null");
		assertThat(here.join()).isTrue();
		IllegalStateException refused = new IllegalStateException("refused");
		CompletableFuture<Object> failed = new CompletableFuture<>();
		this.loop.whenDone(CompletableFuture.failedFuture(refused), (value, failure) -> failed.complete(failure));
		assertThat(failed.get(5, TimeUnit.SECONDS)).isSameAs(refused);
	}

	@Test
	void whatCannotBeHandedOverRunsWithTheNextTask() {
		AtomicInteger failures = new AtomicInteger(1);
		List<String> ran = new CopyOnWriteArrayList<>();
		try (EventLoop loop = new EventLoop(new ScheduledThreadPoolExecutor(1) {

			@Override
			public void execute(Runnable task) {
				if (failures.getAndDecrement() > 0) {
					throw new OutOfMemoryError("thrown by a test");
				}
				super.execute(task);
			}

		}, System::nanoTime)) {
			CompletableFuture<String> answer = new CompletableFuture<>();
			loop.whenDone(answer, (value, failure) -> ran.add(value));
			answer.complete("answer");
			loop.execute(() -> ran.add("next"));
			await().atMost(Duration.ofSeconds(20)).until(() -> ran.equals(List.of("answer", "next")));
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whatFailsToBeHandedOverRunsOnceAndInItsTurn(boolean takenAllTheSame) {
		AtomicInteger calls = new AtomicInteger();
		List<String> ran = new CopyOnWriteArrayList<>();
		CompletableFuture<Void> allAreHandedOver = new CompletableFuture<>();
		try (EventLoop loop = new EventLoop(new ScheduledThreadPoolExecutor(1) {

			@Override
			public void execute(Runnable task) {
				boolean fails = calls.incrementAndGet() == 3;
				if (!fails || takenAllTheSame) {
					super.execute(task);
				}
				if (fails) {
					throw new OutOfMemoryError("thrown by a test");
				}
			}

		}, System::nanoTime)) {
			loop.execute(allAreHandedOver::join);
			List.of("first", "second", "third").forEach((name) -> loop.execute(() -> ran.add(name)));
			loop.schedule(Duration.ofMillis(20), () -> ran.add("last"));
			allAreHandedOver.complete(null);
			await().atMost(Duration.ofSeconds(20)).until(() -> ran.contains("last"));
			assertThat(ran).containsExactly("first", "second", "third", "last");
		}
	}

	@Test
	void timersHaveTheirTurnWhileTasksKeepComing() throws Exception {
		CompletableFuture<Void> first = new CompletableFuture<>();
		CompletableFuture<Void> second = new CompletableFuture<>();
		handOverAgain(second);
		this.loop.schedule(Duration.ofMillis(10), () -> first.complete(null));
		this.loop.schedule(Duration.ofMillis(20), () -> second.complete(null));
		first.get(10, TimeUnit.SECONDS);
		second.get(10, TimeUnit.SECONDS);
	}

	private void handOverAgain(CompletableFuture<Void> end) {
		if (!end.isDone()) {
			this.loop.execute(() -> handOverAgain(end));
		}
	}

	@Test
	void aQuestionThatIsNeverAnsweredOrThrowsIsToldOnceAsAFailure() {
		ManualScheduler scheduler = new ManualScheduler();
		List<String> told = new ArrayList<>();
		EventLoop loop = scheduler.loop();
		CompletableFuture<String> late = new CompletableFuture<>();
		loop.ask(() -> late, Duration.ofSeconds(6), (value, failure) -> told.add(value + " " + failure));
		loop.<String>ask(() -> {
			throw new OutOfMemoryError("of a test");
		}, Duration.ofSeconds(6), (value, failure) -> told.add(value + " " + failure));
		assertThat(told).isEmpty();
		scheduler.runReady();
		assertThat(told).containsExactly("null java.lang.OutOfMemoryError: of a test");
		scheduler.advance(Duration.ofSeconds(6));
		assertThat(told).hasSize(2).last().asString().contains("TimeoutException: no answer within PT6S");
		late.complete("too late");
		scheduler.runReady();
		assertThat(told).hasSize(2);
		assertThat(scheduler.pending()).isZero();
	}

	@Test
	void anAnswerIsToldOnceAndNothingIsLeftToWaitFor() {
		ManualScheduler scheduler = new ManualScheduler();
		List<String> told = new ArrayList<>();
		scheduler.loop()
			.ask(() -> CompletableFuture.completedFuture("answer"), Duration.ofSeconds(6),
					(value, failure) -> told.add(value + " " + failure));
		scheduler.runReady();
		assertThat(told).containsExactly("answer null");
		assertThat(scheduler.pending()).isZero();
	}

	@Test
	void aLackOfMemoryIsNotCalledADefectOfOurs() throws Exception {
		CompletableFuture<String> next = new CompletableFuture<>();
		try (LoggedLines log = new LoggedLines(EventLoop.class.getName())) {
			this.loop.execute(() -> {
				throw new OutOfMemoryError("thrown by a test");
			});
			this.loop.execute(() -> next.complete("ran"));
			assertThat(next.get(5, TimeUnit.SECONDS)).isEqualTo("ran");
			assertThat(log.at("ERROR")).singleElement()
				.asString()
				.contains("want of memory")
				.doesNotContain("etcd-disc");
		}
	}

	@Test
	void knowsWhetherTheCallerIsOneOfItsTasks() throws Exception {
		assertThat(this.loop.isRunningHere()).isFalse();
		CompletableFuture<Boolean> within = new CompletableFuture<>();
		this.loop.execute(() -> within.complete(this.loop.isRunningHere()));
		assertThat(within.get(5, TimeUnit.SECONDS)).isTrue();
		assertThat(this.loop.isRunningHere()).isFalse();
	}

	@Test
	void aDelayThatIsLongerThanTheClockCountsIsTheLongestThereIs() throws Exception {
		CompletableFuture<String> next = new CompletableFuture<>();
		this.loop.execute(() -> {
			this.loop.schedule(Duration.ofDays(365_000), () -> next.complete("too soon"));
			this.loop.schedule(Duration.ofMillis(1), () -> next.complete("in time"));
		});
		assertThat(next.get(5, TimeUnit.SECONDS)).isEqualTo("in time");
	}

	@Test
	void endsItsThreadOnCloseAndIgnoresWhatComesLater() throws Exception {
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		this.loop.execute(() -> thread.complete(Thread.currentThread()));
		Thread running = thread.get(5, TimeUnit.SECONDS);
		this.loop.close();
		this.loop.close();
		this.loop.execute(() -> thread.obtrudeValue(null));
		assertThat(this.loop.schedule(Duration.ofMillis(1), () -> thread.obtrudeValue(null)))
			.isSameAs(EventLoop.Timer.NONE);
		await().atMost(Duration.ofSeconds(20)).until(() -> !running.isAlive());
		assertThat(thread.join()).isSameAs(running);
	}

}
