package io.github.etcddiscovery.loop;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.github.etcddiscovery.Durations;
import io.github.etcddiscovery.UserCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread and one monotonic clock. What runs here runs one after the other, so that
 * the state it touches needs no lock.
 * <ul>
 * <li><b>Order</b>: tasks run in the order in which they were handed over.
 * <li><b>Isolation</b>: a task that throws is logged; the next one runs all the same.
 * <li><b>Nothing is lost</b>: a task for which the thread could not be called, because
 * there is no memory for that say, runs in its turn when the next one does.
 * <li><b>End</b>: after {@link #close()} nothing runs any more and handing over does
 * nothing, so that a late answer of etcd needs no special care.
 * </ul>
 * Not part of the API that users write against; may change.
 */
public final class EventLoop implements Executor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EventLoop.class);

	private final ScheduledExecutorService executor;

	private final LongSupplier ticker;

	/** Tasks in the order in which they were handed over; each is taken out once. */
	private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();

	/** The thread of the task that runs; null between tasks. */
	private volatile @Nullable Thread running;

	/**
	 * Runs on an executor and a clock of the caller's, which tests drive by hand.
	 * @param executor one thread
	 * @param ticker monotonic time, in nanoseconds
	 */
	public EventLoop(ScheduledExecutorService executor, LongSupplier ticker) {
		this.executor = executor;
		this.ticker = ticker;
	}

	/**
	 * Starts a daemon thread.
	 * @param name name of the thread
	 * @return a loop of its own, to be closed
	 */
	public static EventLoop start(String name) {
		ThreadFactory threads = (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		};
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, threads);
		executor.setRemoveOnCancelPolicy(true);
		executor.prestartCoreThread();
		return new EventLoop(executor, System::nanoTime);
	}

	/**
	 * Hands a task over. Can be called from any thread.
	 * @param task what to run
	 */
	@Override
	public void execute(Runnable task) {
		FutureTask<?> last = add(task);
		try {
			this.executor.execute(() -> runUpTo(last));
		}
		catch (RejectedExecutionException ex) {
			this.tasks.clear();
			logger.trace("A task came after the loop had been closed", ex);
		}
		catch (Throwable ex) {
			// It runs when the next one does.
		}
	}

	/**
	 * Hands a task over for when a stage has ended. Unlike what hangs on a stage, a task
	 * that throws is logged.
	 * @param <T> type of the stage's value
	 * @param stage the stage
	 * @param task is given its value or its failure
	 */
	public <T> void whenDone(CompletionStage<T> stage,
			BiConsumer<? super @Nullable T, ? super @Nullable Throwable> task) {
		stage.whenComplete((value, failure) -> execute(() -> task.accept(value, failure)));
	}

	/**
	 * Asks a question and hands a task over for when it is answered. The task runs
	 * exactly once, whatever becomes of the question.
	 * @param <T> type of the answer
	 * @param question asks
	 * @param patience longer than any answer takes
	 * @param task is given the answer or the failure, which is what asking has thrown, or
	 * a {@link TimeoutException} where no answer came in time
	 */
	public <T> void ask(Supplier<? extends CompletionStage<T>> question, Duration patience,
			BiConsumer<? super @Nullable T, ? super @Nullable Throwable> task) {
		Asked<T> asked = new Asked<>(task);
		asked.late = schedule(patience, () -> asked.accept(null, new TimeoutException("no answer within " + patience)));
		try {
			whenDone(question.get(), asked);
		}
		catch (Throwable ex) {
			execute(() -> asked.accept(null, ex));
		}
	}

	/**
	 * Hands a task over for later. Can be called from any thread.
	 * @param delay how long to wait
	 * @param task what to run
	 * @return a handle by which it can be cancelled
	 */
	public Timer schedule(Duration delay, Runnable task) {
		try {
			long nanos = Durations.atMostLongest(delay).toNanos();
			ScheduledFuture<?> future = this.executor.schedule(() -> run(task), nanos, TimeUnit.NANOSECONDS);
			return () -> future.cancel(false);
		}
		catch (RejectedExecutionException ex) {
			return Timer.NONE;
		}
	}

	/**
	 * Runs a task again and again, whatever it throws. Can be called from any thread.
	 * @param pause how long to wait before each time
	 * @param task what to run
	 * @return a handle by which it can be cancelled
	 */
	public Timer repeat(Duration pause, Runnable task) {
		try {
			long nanos = Durations.atMostLongest(pause).toNanos();
			ScheduledFuture<?> future = this.executor.scheduleWithFixedDelay(() -> {
				try {
					run(task);
				}
				catch (Throwable ex) {
					// Where there is no memory for a line in the log: the next time
					// counts.
				}
			}, nanos, nanos, TimeUnit.NANOSECONDS);
			return () -> future.cancel(false);
		}
		catch (RejectedExecutionException ex) {
			return Timer.NONE;
		}
	}

	/** First what has its time, which nothing can cancel any more. */
	private void run(Runnable timed) {
		runNow(timed);
		// What comes meanwhile waits, or no other timer would have its turn.
		runUpTo(add(() -> {
		}));
	}

	private FutureTask<?> add(Runnable task) {
		FutureTask<?> last = new FutureTask<>(() -> runNow(task), null);
		this.tasks.add(last);
		return last;
	}

	/** Those before it come first; it may have run already, as one of those. */
	private void runUpTo(FutureTask<?> last) {
		while (!last.isDone()) {
			FutureTask<?> next = this.tasks.poll();
			if (next == null) {
				return; // closed meanwhile
			}
			next.run();
		}
	}

	private void runNow(Runnable task) {
		this.running = Thread.currentThread();
		try {
			isolated(task);
		}
		finally {
			this.running = null;
		}
	}

	/**
	 * Runs a part of a task. What it throws is logged, and the rest of the task goes on.
	 * @param part what to run
	 */
	public void isolated(Runnable part) {
		try {
			part.run();
		}
		// Everything: the executor would swallow what is not caught here.
		catch (Throwable ex) {
			logger.error(
					"A task of an event loop failed, {}; going on", UserCode.isFaultOfTheJvm(ex)
							? "for want of memory or by a fault of the JVM" : "which is a defect of etcd-discovery",
					ex);
		}
	}

	/**
	 * Tells whether the caller is a task of this loop, which must not wait for another.
	 * @return whether it is
	 */
	public boolean isRunningHere() {
		return Thread.currentThread() == this.running;
	}

	/**
	 * Returns the time.
	 * @return monotonic time, in nanoseconds, to be compared with other times of this
	 * loop only
	 */
	public long now() {
		return this.ticker.getAsLong();
	}

	/**
	 * Returns how long ago something was.
	 * @param then an earlier {@link #now()}
	 * @return the time since
	 */
	public Duration since(long then) {
		return Duration.ofNanos(now() - then);
	}

	/**
	 * Ends the thread. What has not begun never runs. Can be called twice, and on the
	 * loop itself.
	 */
	@Override
	public void close() {
		this.executor.shutdownNow();
		this.tasks.clear();
	}

	/** Who waits for an answer, and is told once. Confined to the loop's thread. */
	private static final class Asked<T> implements BiConsumer<@Nullable T, @Nullable Throwable> {

		private final BiConsumer<? super @Nullable T, ? super @Nullable Throwable> task;

		private Timer late = Timer.NONE;

		private boolean told;

		private Asked(BiConsumer<? super @Nullable T, ? super @Nullable Throwable> task) {
			this.task = task;
		}

		@Override
		public void accept(@Nullable T answer, @Nullable Throwable failure) {
			if (!this.told) {
				this.told = true;
				this.late.cancel();
				this.task.accept(answer, failure);
			}
		}

	}

	/**
	 * A task that is scheduled.
	 */
	public interface Timer {

		/** Stands for nothing scheduled. */
		Timer NONE = () -> {
		};

		/** Cancels the task unless it has begun. */
		void cancel();

	}

}
