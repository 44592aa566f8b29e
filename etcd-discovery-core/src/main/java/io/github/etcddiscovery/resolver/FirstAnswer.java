package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.Workers;

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

	private final CompletableFuture<Void> come = new CompletableFuture<>();

	private EventLoop.Timer timer = EventLoop.Timer.NONE;

	/**
	 * One that has not come.
	 * @param limit how long to wait; zero for not at all
	 */
	FirstAnswer(Duration limit) {
		this.limit = limit;
		if (limit.isZero()) {
			this.come.complete(null);
		}
	}

	/**
	 * The wait begins, unless it has begun. Called on the loop's thread.
	 * @param late runs on the loop's thread where the wait ends for want of an answer
	 */
	void startWaiting(EventLoop loop, Runnable late) {
		if (!hasCome() && this.timer == EventLoop.Timer.NONE) {
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

	/** Returns what lookups wait for that these feeds answer. */
	static List<FirstAnswer> of(List<Feed> feeds) {
		return feeds.stream().map(Feed::answer).toList();
	}

	/**
	 * Waits for all of several without a thread.
	 * @param result taken when the wait is over; must not throw
	 * @param workers run what depends on it: never the loop's thread
	 */
	static <T> CompletionStage<T> afterAll(List<FirstAnswer> answers, Supplier<T> result, Workers workers,
			EventLoop loop) {
		if (answers.stream().allMatch(FirstAnswer::hasCome)) {
			return CompletableFuture.completedStage(result.get());
		}
		return CompletableFuture.allOf(answers.stream().map((answer) -> answer.come).toArray(CompletableFuture[]::new))
			.thenApplyAsync((all) -> result.get(), (task) -> workers.executeOnceThereIsAThread(task, loop))
			.minimalCompletionStage();
	}

}
