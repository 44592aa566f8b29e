package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * A bean that the start of the application waits for, and how it waits: for so long and
 * no longer, and not when it is interrupted. Not part of the API that users write
 * against; may change.
 */
public interface StartupStep extends SmartLifecycle {

	/**
	 * Returns what remembers whether the step was made.
	 * @return always the same object
	 */
	AtomicBoolean made();

	/** Makes the step; what it throws stops the start. */
	void make();

	@Override
	default void start() {
		make();
		made().set(true);
	}

	@Override
	default void stop() {
		made().set(false);
	}

	@Override
	default boolean isRunning() {
		return made().get();
	}

	/** Made is made: a context that comes back from a pause need not wait again. */
	@Override
	default boolean isPauseable() {
		return false;
	}

	/**
	 * Waits.
	 * @param work what is waited for
	 * @param atMost for how long
	 * @return null when it is done; else why not: its own failure, a
	 * {@link TimeoutException}, or an {@link InterruptedException}, after which the
	 * thread is interrupted still
	 */
	static @Nullable Throwable failure(CompletableFuture<?> work, Duration atMost) {
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
	static boolean pause(Duration pause) {
		return failure(new CompletableFuture<>(), pause) instanceof TimeoutException;
	}

}
