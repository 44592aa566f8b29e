package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one client, all daemons: one for timers, two for answers of etcd, and
 * those that may block. What users are asked for, names that are looked up, and
 * connections that are made have threads of their own each, so that none waits for
 * another. After {@link #close()} what is handed over is dropped.
 */
final class Threads implements AutoCloseable {

	private final ScheduledExecutorService timer;

	private final LongSupplier ticker;

	private final ExecutorService answers;

	private final Pool credentials;

	private final Pool certificates;

	private final Pool connecting;

	/** As many as there are endpoints, at most. */
	private final Pool names;

	Threads() {
		this(timer(), System::nanoTime);
	}

	/**
	 * Runs on a clock of the caller's, which tests drive by hand.
	 * @param timer one thread
	 * @param ticker monotonic time, in nanoseconds
	 */
	Threads(ScheduledExecutorService timer, LongSupplier ticker) {
		this(timer, ticker, Pool.of(timer, 2, named("etcd-client-answers")));
	}

	/**
	 * The same, and answers are given where the caller wants it.
	 * @param timer one thread
	 * @param ticker monotonic time, in nanoseconds
	 * @param answers where answers are given
	 */
	Threads(ScheduledExecutorService timer, LongSupplier ticker, ExecutorService answers) {
		this.timer = timer;
		this.ticker = ticker;
		this.answers = answers;
		this.credentials = Pool.of(timer, 1, named("etcd-client-credentials"));
		this.certificates = Pool.of(timer, 1, named("etcd-client-certificates"));
		this.connecting = Pool.of(timer, 1, named("etcd-client-connecting"));
		this.names = new Pool(timer, 0, Integer.MAX_VALUE, new SynchronousQueue<>(), named("etcd-client-names"));
	}

	private static ScheduledExecutorService timer() {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("etcd-client-timer"),
				new ThreadPoolExecutor.DiscardPolicy());
		timer.setRemoveOnCancelPolicy(true);
		timer.prestartCoreThread();
		return timer;
	}

	private static ThreadFactory named(String name) {
		return (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		};
	}

	Executor answers() {
		return this.answers;
	}

	/** Where users are asked for name and password. */
	Executor credentials() {
		return this.credentials;
	}

	/** Where users are asked for certificates. */
	Executor certificates() {
		return this.certificates;
	}

	/** Where connections are made and replaced. */
	Executor connecting() {
		return this.connecting;
	}

	/** Where the name service is asked. */
	Executor names() {
		return this.names;
	}

	/**
	 * Returns the time.
	 * @return monotonic time, in nanoseconds
	 */
	long now() {
		return this.ticker.getAsLong();
	}

	Future<?> schedule(Duration delay, Runnable task) {
		return this.timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Answers somebody later, where answers are given: what they do upon it must not hold
	 * up the timer.
	 * @param delay when
	 * @param answer gives the answer
	 * @return the timer
	 */
	Future<?> answerIn(Duration delay, Runnable answer) {
		return schedule(delay, () -> this.answers.execute(answer));
	}

	/**
	 * Runs something again and again, whatever it throws.
	 * @param period how long to wait before each time
	 * @param task what to run
	 */
	void scheduleRepeatedly(Duration period, Runnable task) {
		this.timer.scheduleWithFixedDelay(() -> {
			try {
				task.run();
			}
			catch (Throwable ex) {
				// Else it would not be repeated.
			}
		}, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
		this.answers.shutdown();
		this.credentials.shutdownNow();
		this.certificates.shutdownNow();
		this.connecting.shutdownNow();
		this.names.shutdownNow();
	}

	/**
	 * Threads that end where they have had nothing to do for 10 s. Tasks begin in the
	 * order in which they were handed over, and none is lost: where no thread can be made
	 * for one, that is tried again soon, and where there is no memory for that either,
	 * the task runs with the next one.
	 */
	static final class Pool extends ThreadPoolExecutor {

		private static final Logger logger = LoggerFactory.getLogger(Threads.class);

		private static final int TRIED_AGAIN_AFTER_MILLIS = 100;

		private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

		private final ScheduledExecutorService timer;

		private Pool(ScheduledExecutorService timer, int least, int most, BlockingQueue<Runnable> queue,
				ThreadFactory factory) {
			super(least, most, 10, TimeUnit.SECONDS, queue, factory, new DiscardPolicy());
			allowCoreThreadTimeOut(true);
			this.timer = timer;
		}

		/**
		 * Returns threads for so many tasks at a time; others wait.
		 * @param timer where making a thread is tried again
		 * @param threads how many
		 * @param factory makes them
		 * @return the threads
		 */
		static Pool of(ScheduledExecutorService timer, int threads, ThreadFactory factory) {
			return new Pool(timer, threads, threads, new LinkedBlockingQueue<>(), factory);
		}

		@Override
		public void execute(Runnable task) {
			if (!isShutdown()) {
				this.tasks.add(task);
				findThread();
			}
		}

		@Override
		public List<Runnable> shutdownNow() {
			List<Runnable> dropped = super.shutdownNow();
			this.tasks.clear();
			return dropped;
		}

		private void findThread() {
			try {
				super.execute(this::runAll);
			}
			catch (Throwable ex) { // "unable to create native thread"
				findThreadLater();
			}
		}

		private void findThreadLater() {
			try {
				this.timer.schedule(this::findThread, TRIED_AGAIN_AFTER_MILLIS, TimeUnit.MILLISECONDS);
			}
			catch (Throwable ex) {
				// The thread of the next task runs this one too.
			}
		}

		/** Also the tasks for which no thread was found. */
		private void runAll() {
			for (Runnable next = this.tasks.poll(); next != null; next = this.tasks.poll()) {
				try {
					next.run();
				}
				catch (Throwable ex) { // else the thread would end
					logger.error("What runs on the threads of a client must not throw", ex);
				}
			}
		}

	}

}
