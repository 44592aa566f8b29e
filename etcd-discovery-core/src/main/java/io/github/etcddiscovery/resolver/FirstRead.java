package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.etcddiscovery.loop.EventLoop;

/**
 * The time in which a lookup may wait: until the first snapshot is there, or it has taken
 * too long. Is over once, for all lookups.
 */
final class FirstRead {

	/**
	 * The loop's timer ends the wait; this is for callers that hold up the loop itself.
	 */
	private static final Duration GRACE = Duration.ofSeconds(1);

	private final CompletableFuture<Boolean> done = new CompletableFuture<>();

	private final Duration limit;

	private volatile EventLoop.Timer timer = EventLoop.Timer.NONE;

	FirstRead(Duration limit) {
		this.limit = limit;
		if (limit.isZero() || limit.isNegative()) {
			done();
		}
	}

	/** Returns one that is over. */
	static FirstRead over() {
		return new FirstRead(Duration.ZERO);
	}

	/**
	 * The wait begins. Called on the loop's thread.
	 * @param late runs on the loop's thread where the wait ends for want of an answer
	 */
	void start(EventLoop loop, Runnable late) {
		if (!isOver()) {
			this.timer = loop.schedule(this.limit, () -> {
				done();
				late.run();
			});
		}
	}

	boolean isOver() {
		return this.done.isDone();
	}

	/** The snapshot is there. Called on the loop's thread, or where there is none. */
	void done() {
		this.done.complete(true);
		this.timer.cancel();
	}

	void await() {
		if (isOver()) {
			return;
		}
		try {
			this.done.get(this.limit.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// What is known by now is the answer.
		}
	}

	/**
	 * Waits without a thread.
	 * @param answer taken when the wait is over; must not throw
	 * @param executor runs what depends on the answer: never the loop's thread
	 */
	<T> CompletionStage<T> then(Supplier<T> answer, Executor executor) {
		if (isOver()) {
			return CompletableFuture.completedStage(answer.get());
		}
		return this.done.thenApplyAsync((read) -> answer.get(), executor).minimalCompletionStage();
	}

}
