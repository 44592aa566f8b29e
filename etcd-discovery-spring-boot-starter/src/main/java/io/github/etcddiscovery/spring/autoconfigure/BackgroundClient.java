package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Committed;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.WatchStream;
import io.github.etcddiscovery.client.Write;

import org.springframework.context.SmartLifecycle;

/**
 * A client that is made on a thread of its own while the application starts: loading gRPC
 * and Netty takes the better part of a second, which nobody has to wait for. Calls that
 * come before it is there follow when it is.
 */
final class BackgroundClient implements EtcdClient, SmartLifecycle {

	/** Before the web server and everything else. */
	static final int PHASE = Integer.MIN_VALUE;

	private final Duration requestTimeout;

	private final CompletableFuture<EtcdClient> made = new CompletableFuture<>();

	private volatile boolean running;

	BackgroundClient(Duration requestTimeout, Supplier<EtcdClient> maker) {
		this.requestTimeout = requestTimeout;
		Thread thread = new Thread(() -> make(maker), "etcd-discovery-connect");
		thread.setDaemon(true);
		thread.start();
	}

	private void make(Supplier<EtcdClient> maker) {
		try {
			this.made.complete(maker.get());
		}
		// Everything: whoever waits for this would wait for ever.
		catch (Throwable ex) {
			this.made.completeExceptionally(new EtcdDiscoveryException(Kind.REFUSED,
					"The client of etcd could not be made: " + ex.getMessage(), ex));
		}
	}

	private <T> CompletableFuture<T> call(Function<EtcdClient, CompletableFuture<T>> call) {
		return (this.made.isDone() ? this.made : inTime()).thenCompose(call);
	}

	/** The deadline of a call counts from the call, also before there is a connection. */
	private CompletableFuture<EtcdClient> inTime() {
		return this.made.copy()
			.orTimeout(this.requestTimeout.toMillis(), TimeUnit.MILLISECONDS)
			.exceptionallyCompose(
					(failure) -> CompletableFuture.failedFuture((failure instanceof TimeoutException)
							? new EtcdDiscoveryException(Kind.UNAVAILABLE,
									"The client of etcd was not made within " + this.requestTimeout, failure)
							: failure));
	}

	/**
	 * Waits for the client, so that one that cannot be made stops the start.
	 * @throws IllegalStateException if it cannot be made
	 */
	@Override
	public void start() {
		try {
			this.made.join();
		}
		catch (CompletionException ex) {
			Throwable failure = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new IllegalStateException(failure.getMessage(), failure.getCause());
		}
		this.running = true;
	}

	/** Whoever leaves the registry needs it still; {@link #close()} ends it. */
	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public Duration requestTimeout() {
		return this.requestTimeout;
	}

	@Override
	public CompletableFuture<Lease> grant(Duration ttl) {
		return call((client) -> client.grant(ttl));
	}

	@Override
	public CompletableFuture<Duration> renew(long lease, Duration timeout) {
		return call((client) -> client.renew(lease, timeout));
	}

	@Override
	public CompletableFuture<Duration> timeToLive(long lease) {
		return call((client) -> client.timeToLive(lease));
	}

	@Override
	public CompletableFuture<Void> revoke(long lease) {
		return call((client) -> client.revoke(lease));
	}

	@Override
	public CompletableFuture<Committed> commit(Write write) {
		return call((client) -> client.commit(write));
	}

	@Override
	public CompletableFuture<Listing> list(KeyRange range) {
		return call((client) -> client.list(range));
	}

	@Override
	public CompletableFuture<Listing> listKeys(KeyRange range) {
		return call((client) -> client.listKeys(range));
	}

	@Override
	public CompletableFuture<Long> probe(KeyRange range) {
		return call((client) -> client.probe(range));
	}

	/** Nobody watches before a list, so the client is there. */
	@Override
	public WatchStream watch(KeyRange range, long fromRevision, WatchListener listener) {
		return this.made.join().watch(range, fromRevision, listener);
	}

	@Override
	public void lingerFor(CompletionStage<?> work) {
		this.made.thenAccept((client) -> client.lingerFor(work));
	}

	@Override
	public void close() {
		this.made.thenAccept(EtcdClient::close);
	}

}
