package io.github.etcddiscovery.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.etcddiscovery.EtcdDiscoveryException;

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

}
