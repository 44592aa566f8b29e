package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.etcddiscovery.loop.EventLoop;

/**
 * What a first lookup waits for: that something was read, or refused, or has taken too
 * long. Comes once, for all lookups.
 */
final class FirstAnswer {

	/**
	 * The loop's timer ends the wait; this is for callers that hold up the loop itself.
	 */
	private static final Duration GRACE = Duration.ofSeconds(1);

	private final Duration limit;

	private final CompletableFuture<Void> come;

	private EventLoop.Timer timer = EventLoop.Timer.NONE;

	/**
	 * One that has not come.
	 * @param limit how long to wait; zero for not at all
	 */
	FirstAnswer(Duration limit) {
		this(limit, limit.isZero() ? CompletableFuture.completedFuture(null) : new CompletableFuture<>());
	}

	private FirstAnswer(Duration limit, CompletableFuture<Void> come) {
		this.limit = limit;
		this.come = come;
	}

	/** Returns one that comes with the last of many; where there are none it is there. */
	static FirstAnswer ofAll(Duration limit, List<Feed> feeds) {
		return new FirstAnswer(limit, CompletableFuture
			.allOf(feeds.stream().map((feed) -> feed.answer().come).toArray(CompletableFuture[]::new)));
	}

	/**
	 * The wait begins. Called on the loop's thread.
	 * @param late runs on the loop's thread where the wait ends for want of an answer
	 */
	void startWaiting(EventLoop loop, Runnable late) {
		if (!hasCome()) {
			this.timer = loop.schedule(this.limit, late);
		}
	}

	boolean hasCome() {
		return this.come.isDone();
	}

	/**
	 * The answer is there, or nobody shall wait for it any more. On the loop's thread.
	 */
	void come() {
		this.come.complete(null);
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
