package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * How the start of an application waits for something: for so long and no longer, and not
 * when it is interrupted. Not part of the API that users write against; may change.
 */
public final class StartupWait {

	private StartupWait() {
	}

	/**
	 * Waits.
	 * @param work what is waited for
	 * @param atMost for how long
	 * @return null when it is done; else why not: its own failure, a
	 * {@link TimeoutException}, or an {@link InterruptedException}, after which the
	 * thread is interrupted still
	 */
	public static @Nullable Throwable failure(CompletableFuture<?> work, Duration atMost) {
		try {
			work.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
			return null;
		}
		catch (ExecutionException ex) {
			return (ex.getCause() != null) ? ex.getCause() : ex;
		}
		catch (TimeoutException ex) {
			return ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return ex;
		}
	}

	/**
	 * Waits for nothing but time to pass.
	 * @param pause for how long
	 * @return whether it has passed; false where the thread was interrupted
	 */
	public static boolean pause(Duration pause) {
		return failure(new CompletableFuture<>(), pause) instanceof TimeoutException;
	}

}
