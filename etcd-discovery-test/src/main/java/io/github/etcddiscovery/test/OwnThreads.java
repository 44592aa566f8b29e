package io.github.etcddiscovery.test;

import java.util.concurrent.Executor;

/**
 * Runs what a test does beside its own thread, each task on a thread of its own.
 * <p>
 * {@link java.util.concurrent.CompletableFuture} without an executor uses the common
 * pool, which from JDK 25 on has a single thread on two cores: a task that waits there
 * holds up every other one, and the test waits for itself.
 */
public final class OwnThreads {

	/**
	 * Starts a new daemon thread for each task, so that no task waits for another. May be
	 * used by any thread.
	 */
	public static final Executor OWN_THREADS = (task) -> {
		Thread thread = new Thread(task, "test");
		thread.setDaemon(true);
		thread.start();
	};

	private OwnThreads() {
	}

}
