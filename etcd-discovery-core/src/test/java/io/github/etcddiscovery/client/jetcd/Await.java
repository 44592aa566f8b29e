package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.etcddiscovery.EtcdDiscoveryException;

import static org.awaitility.Awaitility.await;

/** Waits for answers, not for ever. */
final class Await {

	private static final int SECONDS = 20;

	private Await() {
	}

	static <T> T value(CompletableFuture<T> future) {
		try {
			return future.get(SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new AssertionError("no value: " + ex, ex);
		}
	}

	static EtcdDiscoveryException failure(CompletableFuture<?> future) {
		try {
			throw new AssertionError("no failure but " + future.get(SECONDS, TimeUnit.SECONDS));
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof EtcdDiscoveryException failure) {
				return failure;
			}
			throw new AssertionError("not an EtcdDiscoveryException: " + ex.getCause(), ex);
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("no end: " + ex, ex);
		}
	}

	/** The first call after an outage can meet a connection that is still broken. */
	static <T> T answer(Supplier<? extends CompletableFuture<? extends T>> call) {
		return await().atMost(Duration.ofSeconds(8))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(500))
			.ignoreExceptions()
			.until(() -> call.get().get(), (answer) -> true);
	}

}
