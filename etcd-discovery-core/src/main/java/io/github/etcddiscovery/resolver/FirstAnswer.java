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
 * What a first lookup waits for: that every layout has answered, or been refused, or that
 * it has taken too long. Comes once, for all lookups.
 */
final class FirstAnswer {

	/**
	 * The loop's timer ends the wait; this is for callers that hold up the loop itself.
	 */
	private static final Duration GRACE = Duration.ofSeconds(1);

	private final CompletableFuture<Boolean> come = new CompletableFuture<>();

	private final Duration limit;

	private volatile EventLoop.Timer timer = EventLoop.Timer.NONE;

	FirstAnswer(Duration limit) {
		this.limit = limit;
		if (limit.isZero() || limit.isNegative()) {
			come();
		}
	}

	/** Returns one that nobody has to wait for. */
	static FirstAnswer none() {
		return new FirstAnswer(Duration.ZERO);
	}

	/**
	 * The wait begins. Called on the loop's thread.
	 * @param late runs on the loop's thread where the wait ends for want of an answer
	 */
	void startWaiting(EventLoop loop, Runnable late) {
		if (!hasCome()) {
			this.timer = loop.schedule(this.limit, () -> {
				come();
				late.run();
			});
		}
	}

	boolean hasCome() {
		return this.come.isDone();
	}

	/** The answer is there. Called on the loop's thread, or where there is none. */
	void come() {
		this.come.complete(true);
		this.timer.cancel();
	}

	/** Waits on the thread of the caller. */
	void await() {
		if (hasCome()) {
			return;
		}
		try {
			this.come.get(this.limit.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
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
		if (hasCome()) {
			return CompletableFuture.completedStage(answer.get());
		}
		return this.come.thenApplyAsync((all) -> answer.get(), executor).minimalCompletionStage();
	}

}
