package io.github.etcddiscovery.spring.connection;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.spring.StartupStep;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * A client that is made on a thread of its own while the application starts: loading gRPC
 * and Netty takes the better part of a second, which nobody has to wait for. Calls that
 * come before it is there follow when it is. Not part of the API that users write
 * against; may change.
 */
public final class BackgroundClient implements EtcdClient, StartupStep {

	/** Before the web server and everything else. */
	public static final int PHASE = Integer.MIN_VALUE;

	private static final Logger log = LoggerFactory.getLogger(BackgroundClient.class);

	/** So long the start waits for connection details, so that wrong ones stop it. */
	private static final Duration DETAILS = Duration.ofMillis(500);

	/** So long a call waits for the client at most, unless its own deadline is later. */
	private static final Duration MAKING = Duration.ofSeconds(30);

	private final Duration requestTimeout;

	private final Duration startTimeout;

	/** Done when nobody but us is in the way of the client any more. */
	private final CompletableFuture<EtcdClientSettings> settingsKnown;

	private final Supplier<@Nullable String> blocking;

	private final Thread thread;

	private final CompletableFuture<EtcdClient> client = new CompletableFuture<>();

	private final AtomicBoolean started = new AtomicBoolean();

	/**
	 * Begins to make the client.
	 * @param requestTimeout deadline of a call
	 * @param startTimeout how long {@link #make()} waits for the client
	 * @param settingsKnown done when the connection details have told what they know
	 * @param maker makes the client
	 * @param blocking names whose code the maker is waiting for; null where it is ours
	 */
	BackgroundClient(Duration requestTimeout, Duration startTimeout,
			CompletableFuture<EtcdClientSettings> settingsKnown, Supplier<EtcdClient> maker,
			Supplier<@Nullable String> blocking) {
		this.requestTimeout = requestTimeout;
		this.startTimeout = startTimeout;
		this.settingsKnown = settingsKnown;
		this.blocking = blocking;
		this.thread = new Thread(() -> connect(maker), "etcd-discovery-connect");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	static BackgroundClient connect(Settings settings, Customizers customizers, Duration startTimeout) {
		return new BackgroundClient(settings.requestTimeout(), startTimeout, settings.known(),
				() -> EtcdClient.connect(settings.ask(), customizers.combined()), customizers::working);
	}

	private void connect(Supplier<EtcdClient> maker) {
		try {
			this.client.complete(maker.get());
		}
		// Everything: whoever waits for this would wait for ever.
		catch (Throwable ex) {
			this.client.completeExceptionally(new EtcdDiscoveryException(Kind.REFUSED,
					"The client of etcd could not be made: " + ex.getMessage(), ex));
		}
	}

	private <T> CompletableFuture<T> call(Function<EtcdClient, CompletableFuture<T>> call) {
		return (this.client.isDone() ? this.client : inTime()).thenCompose(call);
	}

	/**
	 * The deadline of a call counts from when the client is there: that a machine is slow
	 * to make it says nothing of etcd. But no call waits for ever.
	 */
	private CompletableFuture<EtcdClient> inTime() {
		Duration making = Collections
			.max(List.of(this.requestTimeout, Collections.min(List.of(this.startTimeout, MAKING))));
		return this.client.copy()
			.orTimeout(making.toMillis(), TimeUnit.MILLISECONDS)
			.exceptionallyCompose((failure) -> CompletableFuture.failedFuture((failure instanceof TimeoutException)
					? new EtcdDiscoveryException(Kind.UNAVAILABLE, notWithin(making) + ": " + whyNot(), failure)
					: failure));
	}

	private String whyNot() {
		String name = this.blocking.get();
		if (name != null) {
			return name + " has not returned. Make it faster, or let it do its work elsewhere";
		}
		if (this.settingsKnown.isDone()) {
			return "etcd at " + this.settingsKnown.join().endpoints()
					+ " was not asked yet, because this machine is slow to load the "
					+ "classes for that. Give it more of a CPU where this lasts";
		}
		return "the connection details have not come. Check what the EtcdConnectionDetails bean waits for";
	}

	/**
	 * Waits for the client, so that one that cannot be made stops the start. One that is
	 * merely slow to make does not: calls follow when it is there. Connection details
	 * that are slow are not waited for.
	 * @throws IllegalStateException if it cannot be made, or code of the user blocks
	 */
	@Override
	public void make() {
		if (detailsAreSlow()) {
			log.warn(
					"The connection details of etcd take longer than {} ms: the application goes on, and is registered "
							+ "and discovers when they have come",
					DETAILS.toMillis());
			return;
		}
		Throwable failure = StartupStep.failure(this.client, this.startTimeout);
		if (failure instanceof TimeoutException timeout) {
			failIfBlocked(timeout);
		}
		else if (failure instanceof InterruptedException) {
			throw new IllegalStateException("Interrupted while the client of etcd was being made", failure);
		}
		else if (failure != null) {
			throw new IllegalStateException(failure.getMessage(), failure.getCause());
		}
	}

	private boolean detailsAreSlow() {
		CompletableFuture<?> told = CompletableFuture.anyOf(this.settingsKnown, this.client);
		return StartupStep.failure(told, DETAILS) instanceof TimeoutException;
	}

	private void failIfBlocked(TimeoutException timeout) {
		String name = this.blocking.get();
		if (name != null) {
			// Where it hangs is what the reader wants to know.
			timeout.setStackTrace(this.thread.getStackTrace());
			this.thread.interrupt();
			throw new IllegalStateException(notWithin(this.startTimeout) + ", because " + name
					+ " has not returned; etcd.discovery.start-timeout is how long that may take", timeout);
		}
	}

	private static String notWithin(Duration time) {
		return "The client of etcd was not made within "
				+ DurationFormatterUtils.print(time, DurationFormat.Style.COMPOSITE);
	}

	/** Stopping ends nothing: whoever leaves the registry needs the client still. */
	@Override
	public AtomicBoolean made() {
		return this.started;
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
	public CompletableFuture<List<String>> endpoints() {
		return this.settingsKnown.thenApply(EtcdClientSettings::endpoints);
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
	public CompletableFuture<LeaseKeys> leaseKeys(long lease) {
		return call((client) -> client.leaseKeys(lease));
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
	public CompletableFuture<Listing> read(List<Bytes> keys) {
		return call((client) -> client.read(keys));
	}

	@Override
	public CompletableFuture<Long> list(KeyRange range, boolean keysOnly, Executor owner, Consumer<Page> pages) {
		return call((client) -> client.list(range, keysOnly, owner, pages));
	}

	@Override
	public CompletableFuture<Long> probe(KeyRange range) {
		return call((client) -> client.probe(range));
	}

	@Override
	public Watches watches(Executor owner) {
		return new BackgroundWatches(this.client, owner);
	}

	@Override
	public void lingerFor(CompletionStage<?> work) {
		this.client.thenAccept((client) -> client.lingerFor(work));
	}

	@Override
	public void close() {
		this.client.thenAccept(EtcdClient::close);
	}

}
