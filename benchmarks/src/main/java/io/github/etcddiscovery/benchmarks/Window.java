package io.github.etcddiscovery.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** As many calls at the same time as it has places. For one thread that sends. */
final class Window {

	private final int places;

	private final Semaphore free;

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	Window(int places) {
		this.places = places;
		this.free = new Semaphore(places);
	}

	/** Waits for a place and sends. */
	<T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> call) {
		this.free.acquireUninterruptibly();
		return call.get().whenComplete((answer, failed) -> {
			if (failed != null) {
				this.failure.compareAndSet(null, failed);
			}
			this.free.release();
		});
	}

	/** Waits for all answers. */
	void await() {
		this.free.acquireUninterruptibly(this.places);
		this.free.release(this.places);
		Throwable failed = this.failure.get();
		if (failed != null) {
			throw new IllegalStateException("a call has failed", failed);
		}
	}

}
