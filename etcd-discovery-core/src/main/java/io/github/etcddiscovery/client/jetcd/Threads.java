package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
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

	private final ThreadPoolExecutor credentials = pool(1, "etcd-client-credentials");

	private final ThreadPoolExecutor certificates = pool(1, "etcd-client-certificates");

	private final ThreadPoolExecutor connecting = pool(1, "etcd-client-connecting");

	/** As many as there are endpoints, at most. */
	private final ThreadPoolExecutor names = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS,
			new SynchronousQueue<>(), named("etcd-client-names"), new ThreadPoolExecutor.DiscardPolicy());

	Threads() {
		this(timer(), System::nanoTime, pool(2, "etcd-client-answers"));
	}

	/**
	 * Runs on a clock of the caller's, which tests drive by hand.
	 * @param timer one thread
	 * @param ticker monotonic time, in nanoseconds
	 */
	Threads(ScheduledExecutorService timer, LongSupplier ticker) {
		this(timer, ticker, pool(2, "etcd-client-answers"));
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
	}

	private static ScheduledExecutorService timer() {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("etcd-client-timer"),
				new ThreadPoolExecutor.DiscardPolicy());
		timer.setRemoveOnCancelPolicy(true);
		return timer;
	}

	private static ThreadPoolExecutor pool(int threads, String name) {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), named(name), new ThreadPoolExecutor.DiscardPolicy());
		pool.allowCoreThreadTimeOut(true);
		return pool;
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

	void scheduleRepeatedly(Duration period, Runnable task) {
		this.timer.scheduleWithFixedDelay(task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
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

}
