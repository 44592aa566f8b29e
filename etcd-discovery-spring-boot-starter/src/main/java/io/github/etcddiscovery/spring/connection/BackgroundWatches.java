package io.github.etcddiscovery.spring.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Watches;

/**
 * The watches of a client that is still being made. Nobody opens one before an answer has
 * come, so the client is there by then.
 */
final class BackgroundWatches implements Watches {

	private final CompletableFuture<Watches> made;

	BackgroundWatches(CompletableFuture<EtcdClient> client, Executor owner) {
		this.made = client.thenApply((present) -> present.watches(owner));
	}

	@Override
	public Watch watch(KeyRange range, long fromRevision, WatchListener listener) {
		return this.made.join().watch(range, fromRevision, listener);
	}

	@Override
	public Duration behindFor() {
		return (this.made.isDone() && !this.made.isCompletedExceptionally()) ? this.made.join().behindFor()
				: Duration.ZERO;
	}

	@Override
	public void close() {
		this.made.thenAccept(Watches::close);
	}

}
