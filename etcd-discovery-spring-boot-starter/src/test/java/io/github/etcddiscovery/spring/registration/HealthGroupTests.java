package io.github.etcddiscovery.spring.registration;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.etcddiscovery.spring.registration.HealthGroup.Question;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** In the registry only while a health group is UP. */
@ExtendWith(OutputCaptureExtension.class)
class HealthGroupTests {

	private static final String NO_ANSWER = "no answer";

	private static final String NO_THREAD = "no thread";

	private final Deque<String> answers = new ArrayDeque<>();

	private final EtcdRegistration registration = new EtcdRegistration("echo");

	private final GenericApplicationContext context = new GenericApplicationContext();

	/** In milliseconds. */
	private final List<Long> paces = new CopyOnWriteArrayList<>();

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1) {
		@Override
		public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
			HealthGroupTests.this.repeated = task;
			HealthGroupTests.this.paces.add(unit.toMillis(period));
			return super.scheduleAtFixedRate(task, initial, period, unit);
		}
	};

	private volatile Runnable repeated = () -> {
	};

	/** What was waited for, in milliseconds. */
	private final List<Long> deadlines = new CopyOnWriteArrayList<>();

	private final HealthGroup group = new HealthGroup(new Question("readiness", this::answer), this.registration,
			this.context, this.timer, new AskedHere());

	@BeforeEach
	void start() {
		this.context.refresh();
	}

	@AfterEach
	void close() {
		this.group.close();
		this.context.close();
	}

	@Test
	void isOutBeforeItWasSeenUp() throws Exception {
		startsWith("UNKNOWN");
		assertThat(isOut()).isTrue();
		assertThat(isOutAfter("UP")).isFalse();
	}

	@Test
	void isOutWhenSeenDownTwiceInARowAndBackWhenSeenUpOnce() throws Exception {
		startsWith("UP");
		assertThat(isOut()).isFalse();
		assertThat(isOutAfter("DOWN")).isFalse();
		assertThat(isOutAfter("UP")).isFalse();
		assertThat(isOutAfter("OUT_OF_SERVICE")).isFalse();
		assertThat(isOutAfter("DOWN")).isTrue();
		assertThat(isOutAfter("DOWN")).isTrue();
		assertThat(isOutAfter("UP")).isFalse();
	}

	@Test
	void aStatusOfAnotherKindIsNoneOfThese() throws Exception {
		startsWith("UP");
		assertThat(isOutAfter("DOWN")).isFalse();
		assertThat(isOutAfter("FATAL")).isFalse();
		assertThat(isOutAfter("DOWN")).isFalse();
		assertThat(isOutAfter("DOWN")).isTrue();
		assertThat(isOutAfter("FATAL")).isTrue();
	}

	@Test
	void noAnswerIsNoChange(CapturedOutput output) throws Exception {
		startsWith("UP");
		assertThat(isOutAfter(NO_ANSWER)).isFalse();
		assertThat(isOutAfter("DOWN")).isFalse();
		assertThat(isOutAfter(NO_ANSWER)).isFalse();
		assertThat(isOutAfter(NO_ANSWER)).isFalse();
		assertThat(isOutAfter("DOWN")).isTrue();
		assertThat(isOutAfter(NO_ANSWER)).isTrue();
		assertThat(output.toString().split("no answer within 5 s", -1)).as("one line for each streak").hasSize(4);
	}

	@Test
	void isAskedEvery10SecondsWithADeadlineOf5() throws Exception {
		startsWith("UP");
		assertThat(this.paces).containsExactly(10_000L);
		assertThat(this.deadlines).containsExactly(5_000L);
	}

	/** All that were missed are due at once then. */
	@Test
	void afterAPauseOfTheProcessItIsNotAskedTwiceAtOnce() throws Exception {
		startsWith("UP");
		this.answers.addAll(List.of("DOWN", "DOWN"));
		this.timer.execute(this.repeated);
		this.timer.execute(this.repeated);
		settle();
		assertThat(this.answers).hasSize(2);
		assertThat(isOut()).isFalse();
	}

	@Test
	void whatFailsIsNoAnswerEither() throws Exception {
		startsWith("UP");
		assertThat(isOutAfter("DOWN")).isFalse();
		assertThat(isOutAfter("throws")).isFalse();
		assertThat(isOutAfter("DOWN")).isTrue();
	}

	@Test
	void isAskedAgainThoughThereWasNoThreadToAskIt() throws Exception {
		startsWith(NO_THREAD);
		assertThat(isOut()).isTrue();
		assertThat(this.timer.getQueue()).as("the next time").hasSize(1);
		assertThat(isOutAfter("UP")).isFalse();
	}

	@Test
	void isAskedAtOnceWhenReadinessChangesAndOnlyThen() throws Exception {
		startsWith("UP");
		this.answers.addAll(List.of("DOWN", "DOWN"));
		this.group.onApplicationEvent(new AvailabilityChangeEvent<>(this.context, LivenessState.CORRECT));
		this.group.onApplicationEvent(
				new AvailabilityChangeEvent<>(new GenericApplicationContext(), ReadinessState.REFUSING_TRAFFIC));
		settle();
		assertThat(this.answers).hasSize(2);
		this.group.onApplicationEvent(new AvailabilityChangeEvent<>(this.context, ReadinessState.REFUSING_TRAFFIC));
		this.group.onApplicationEvent(new AvailabilityChangeEvent<>(this.context, ReadinessState.REFUSING_TRAFFIC));
		settle();
		assertThat(isOut()).isTrue();
	}

	@Test
	void aNewStartBeginsOutAgain() throws Exception {
		startsWith("UP");
		this.group.stop();
		assertThat(this.group.isRunning()).isFalse();
		startsWith("DOWN");
		assertThat(isOut()).isTrue();
	}

	private void startsWith(String answer) throws Exception {
		this.answers.add(answer);
		this.group.start();
		assertThat(this.group.isRunning()).isTrue();
		settle();
		assertThat(this.answers).isEmpty();
	}

	private boolean isOutAfter(String answer) throws Exception {
		this.answers.add(answer);
		this.group.onApplicationEvent(new AvailabilityChangeEvent<>(this.context, ReadinessState.ACCEPTING_TRAFFIC));
		settle();
		return isOut();
	}

	private boolean isOut() {
		return this.registration.isOut("health");
	}

	/** What the timer's thread was given is done. */
	private void settle() throws Exception {
		this.timer.submit(() -> {
		}).get(10, TimeUnit.SECONDS);
	}

	private String answer() {
		String answer = this.answers.remove();
		if (answer.equals("throws")) {
			throw new IllegalStateException("mine");
		}
		return answer;
	}

	/** Runs what it is given at once, but for what has no answer. */
	private final class AskedHere extends AbstractExecutorService {

		@Override
		protected <T> RunnableFuture<T> newTaskFor(Callable<T> callable) {
			return new FutureTask<>(callable) {

				@Override
				public T get(long timeout, TimeUnit unit)
						throws TimeoutException, InterruptedException, ExecutionException {
					HealthGroupTests.this.deadlines.add(unit.toMillis(timeout));
					if (!isDone()) {
						throw new TimeoutException();
					}
					return super.get(timeout, unit);
				}

			};
		}

		@Override
		public void execute(Runnable command) {
			if (NO_ANSWER.equals(HealthGroupTests.this.answers.peek())) {
				HealthGroupTests.this.answers.remove();
			}
			else if (NO_THREAD.equals(HealthGroupTests.this.answers.peek())) {
				HealthGroupTests.this.answers.remove();
				throw new OutOfMemoryError("unable to create native thread");
			}
			else {
				command.run();
			}
		}

		@Override
		public void shutdown() {
		}

		@Override
		public List<Runnable> shutdownNow() {
			return List.of();
		}

		@Override
		public boolean isShutdown() {
			return false;
		}

		@Override
		public boolean isTerminated() {
			return false;
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) {
			return true;
		}

	}

}
