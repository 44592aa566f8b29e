package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.etcddiscovery.client.EtcdClientCustomizer;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.loop.ManualScheduler;

/** Shared watches of a client whose time is driven by hand; what etcd says is not. */
final class WatchesRig implements AutoCloseable {

	final ManualScheduler time = new ManualScheduler();

	private final Threads threads = new Threads(this.time.executor(), this.time::now);

	final Connections connections;

	final SharedWatches watches;

	private final Calls calls;

	WatchesRig(EtcdClientSettings settings, EtcdClientCustomizer customizer, Executor owner) {
		this.connections = new Connections(settings, customizer, this.threads, Duration.ofHours(1));
		this.calls = new Calls(this.connections, new Login(settings, this.connections, this.threads), this.threads);
		this.watches = new SharedWatches(this.calls, settings.requestTimeout(), owner);
	}

	/**
	 * Moves time on, stops at each timer, and waits until the client's threads have done
	 * what that makes them do: they set further timers by the time that it is then.
	 */
	void advance(Duration duration) {
		long end = this.time.now() + duration.toNanos();
		for (Duration next = this.time.untilNext(); next.toNanos() <= end - this.time.now(); next = this.time
			.untilNext()) {
			moveOn(next);
		}
		moveOn(Duration.ofNanos(end - this.time.now()));
	}

	private void moveOn(Duration duration) {
		this.time.advance(duration);
		CompletableFuture<Boolean> done = new CompletableFuture<>();
		this.watches.enter(() -> done.complete(true));
		Await.value(done);
	}

	@Override
	public void close() {
		this.watches.close();
		this.calls.close();
	}

}
