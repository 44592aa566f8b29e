package io.github.etcddiscovery.loop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.etcddiscovery.Durations;

/**
 * Daemon threads on which code of users runs (subscribers, and what depends on our
 * stages), and host names are looked up. Never on a loop's thread, so that a slow one
 * delays nobody. Threads end after a minute without work, and all of them some time after
 * {@link #close()}. Not part of the API that users write against; may change.
 */
public final class Workers implements Executor, AutoCloseable {

	private static final Duration AGAIN = Duration.ofSeconds(1);

	private final ExecutorService executor;

	private Workers(ExecutorService executor) {
		this.executor = executor;
	}

	/**
	 * Returns a pool; its threads are made when there is work.
	 * @param name name of the threads
	 * @return the pool, to be closed
	 */
	public static Workers named(String name) {
		return new Workers(Executors.newCachedThreadPool((task) -> new Worker(task, name)));
	}

	/**
	 * Returns a pool on an executor of the caller's, for tests.
	 * @param executor runs the tasks; ends when the pool is closed
	 * @return the pool
	 */
	public static Workers on(ExecutorService executor) {
		return new Workers(executor);
	}

	/** Runs a task unless the pool is closed. */
	@Override
	public void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// Closed meanwhile: nobody is left to be told.
		}
	}

	/**
	 * Runs a task unless the pool is closed, also where there is no thread for it yet.
	 * @param task what to run
	 * @param loop tries again after a second, until there is a thread
	 */
	public void executeOnceThereIsAThread(Runnable task, EventLoop loop) {
		try {
			execute(task);
		}
		catch (Throwable noThread) {
			try {
				loop.schedule(AGAIN, () -> executeOnceThereIsAThread(task, loop));
			}
			catch (Throwable noTimer) {
				loop.execute(() -> executeOnceThereIsAThread(task, loop));
			}
		}
	}

	/**
	 * Waits for a future, but never on a thread of ours: there it would wait for itself.
	 * @param future what to wait for
	 * @param timeout for how long
	 * @return whether it has ended without failure; false on a thread of ours and when
	 * interrupted, the interrupt is kept
	 */
	public static boolean await(Future<?> future, Duration timeout) {
		if (Thread.currentThread() instanceof Worker) {
			return false;
		}
		try {
			future.get(Durations.atMostLongest(timeout).toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
	}

	/**
	 * Ends a future on these threads, so that what depends on it runs here.
	 * @param <T> type of its value
	 * @param future the future
	 * @param value its value
	 */
	public <T> void complete(CompletableFuture<T> future, T value) {
		execute(() -> future.complete(value));
	}

	/** Lets the threads end; what has been handed over still runs. */
	@Override
	public void close() {
		this.executor.shutdown();
	}

	private static final class Worker extends Thread {

		private Worker(Runnable task, String name) {
			super(task, name);
			setDaemon(true);
		}

	}

}
