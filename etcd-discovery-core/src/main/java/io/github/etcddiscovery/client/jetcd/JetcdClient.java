package io.github.etcddiscovery.client.jetcd;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientCustomizer;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;

/**
 * The port to etcd on jetcd: what each call sends, and what its answer means.
 */
public final class JetcdClient implements EtcdClient {

	private static final Logger logger = LoggerFactory.getLogger(JetcdClient.class);

	private static final Duration TLS_PERIOD = Duration.ofSeconds(30);

	private final Duration timeout;

	private final List<String> endpoints;

	private final Threads threads;

	private final Calls calls;

	private final Pages.Sizes sizes = new Pages.Sizes();

	/** Reasons to stay open: one until {@link #close()}, and one for each linger. */
	private final AtomicInteger holds = new AtomicInteger(1);

	private final AtomicBoolean closing = new AtomicBoolean();

	private JetcdClient(EtcdClientSettings settings, Connections connections, Threads threads) {
		this.timeout = settings.requestTimeout();
		this.endpoints = settings.endpoints();
		this.threads = threads;
		this.calls = new Calls(connections, new Login(settings, connections, threads), threads);
	}

	/**
	 * Creates a client.
	 * @param settings where etcd is and how to speak to it
	 * @param customizer changes how jetcd connects
	 * @return the client
	 */
	public static EtcdClient create(EtcdClientSettings settings, EtcdClientCustomizer customizer) {
		return create(settings, customizer, TLS_PERIOD);
	}

	static JetcdClient create(EtcdClientSettings settings, EtcdClientCustomizer customizer, Duration tlsPeriod) {
		return create(settings, customizer, tlsPeriod, InetAddress::getAllByName);
	}

	/**
	 * Creates a client.
	 * @param settings where etcd is and how to speak to it
	 * @param customizer changes how jetcd connects
	 * @param tlsPeriod how often to ask for other certificates
	 * @param names asks the name service
	 * @return the client
	 */
	static JetcdClient create(EtcdClientSettings settings, EtcdClientCustomizer customizer, Duration tlsPeriod,
			Addresses.Names names) {
		Threads threads = new Threads();
		Connections connections;
		try {
			connections = new Connections(settings, customizer, threads, tlsPeriod, names);
		}
		catch (Throwable ex) {
			threads.close();
			throw ex;
		}
		if (settings.credentials() != null && !connections.endpoints().get(0).tls()) {
			logger.warn("The password for etcd goes to {} in clear; use https", connections.endpoints());
		}
		return new JetcdClient(settings, connections, threads);
	}

	Calls calls() {
		return this.calls;
	}

	@Override
	public Duration requestTimeout() {
		return this.timeout;
	}

	@Override
	public CompletableFuture<List<String>> endpoints() {
		return CompletableFuture.completedFuture(this.endpoints);
	}

	@Override
	public CompletableFuture<Lease> grant(Duration ttl) {
		long seconds = Math.max(1, ttl.plusMillis(999).toSeconds());
		return this.calls
			.call("grant of a lease of " + seconds + " s", LeaseGrpc.getLeaseGrantMethod(),
					LeaseGrantRequest.newBuilder().setTTL(seconds).build(), this.timeout)
			.thenApply((granted) -> {
				Lease lease = new Lease(granted.getID(), Duration.ofSeconds(granted.getTTL()));
				this.calls.openRenewals(lease.id(), lease.ttl());
				return lease;
			});
	}

	@Override
	public CompletableFuture<Duration> renew(long lease, Duration timeout) {
		String attempted = "renewal of lease " + Long.toHexString(lease);
		return this.calls.renew(attempted, LeaseKeepAliveRequest.newBuilder().setID(lease).build(), timeout)
			.thenApply((renewed) -> {
				if (renewed.getTTL() <= 0) {
					throw this.calls.failure(attempted,
							Status.NOT_FOUND.withDescription("requested lease not found").asRuntimeException());
				}
				return Duration.ofSeconds(renewed.getTTL());
			});
	}

	@Override
	public CompletableFuture<LeaseKeys> leaseKeys(long lease) {
		return this.calls
			.read("question for the keys of lease " + Long.toHexString(lease), LeaseGrpc.getLeaseTimeToLiveMethod(),
					LeaseTimeToLiveRequest.newBuilder().setID(lease).setKeys(true).build(), this.timeout,
					Pages.MAX_PAGE)
			.thenApply((known) -> new LeaseKeys(Duration.ofSeconds(known.getGrantedTTL()),
					Duration.ofSeconds(known.getTTL()),
					known.getKeysList()
						.stream()
						.filter((key) -> key.size() <= Entry.MAX_KEY)
						.map(Messages::bytes)
						.toList()));
	}

	@Override
	public CompletableFuture<Void> revoke(long lease) {
		CompletableFuture<Void> revoked = new CompletableFuture<>();
		this.calls
			.call("revocation of lease " + Long.toHexString(lease), LeaseGrpc.getLeaseRevokeMethod(),
					LeaseRevokeRequest.newBuilder().setID(lease).build(), this.timeout)
			.whenComplete((answer, error) -> {
				if (error == null || kind(error) == Kind.LEASE_NOT_FOUND) {
					this.calls.endRenewals(lease);
					revoked.complete(null);
				}
				else {
					revoked.completeExceptionally(error);
				}
			});
		return revoked;
	}

	private static Kind kind(Throwable error) {
		return (error instanceof EtcdDiscoveryException known) ? known.kind() : Kind.UNAVAILABLE;
	}

	@Override
	public CompletableFuture<Committed> commit(Write write) {
		return this.calls.write(write.toString(), KVGrpc.getTxnMethod(), Messages.transaction(write), this.timeout)
			.thenApply((answer) -> new Committed(answer.getSucceeded(), answer.getHeader().getRevision(),
					answer.getSucceeded() ? null : Messages.found(answer).stream().findFirst().orElse(null)));
	}

	@Override
	public CompletableFuture<Listing> read(List<Bytes> keys) {
		if (keys.isEmpty() || keys.size() > MAX_KEYS) {
			throw new IllegalArgumentException(
					"keys: " + keys.size() + " of them (expected: 1 to " + MAX_KEYS + " at a time)");
		}
		return read(keys, 0, false);
	}

	/**
	 * What is too large for a message is read in halves, at the same revision. A single
	 * value may be larger: read without it, the lease is not known from etcd 3.7 on.
	 */
	private CompletableFuture<Listing> read(List<Bytes> keys, long revision, boolean withoutValues) {
		String attempted = "read of " + keys.get(0) + ((keys.size() > 1) ? " and " + (keys.size() - 1) + " more" : "");
		return this.calls
			.read(attempted, KVGrpc.getTxnMethod(), Messages.read(keys, revision, withoutValues), this.timeout,
					(keys.size() == 1) ? Pages.LARGEST_PAGE : Pages.MAX_PAGE)
			.thenApply((answer) -> new Listing((revision != 0) ? revision : answer.getHeader().getRevision(),
					withoutValues ? Messages.foundOversized(answer) : Messages.found(answer)))
			.exceptionallyCompose((error) -> {
				if (!Failure.tooLarge(error) || withoutValues) {
					return CompletableFuture.failedFuture(error);
				}
				int half = keys.size() / 2;
				return (half == 0) ? read(keys, revision, true)
						: read(keys.subList(0, half), revision, false)
							.thenCompose((first) -> read(keys.subList(half, keys.size()), first.revision(), false)
								.thenApply((second) -> both(first, second)));
			});
	}

	private static Listing both(Listing first, Listing second) {
		return new Listing(first.revision(),
				Stream.concat(first.entries().stream(), second.entries().stream()).toList());
	}

	@Override
	public CompletableFuture<Long> list(KeyRange range, boolean keysOnly, Executor owner, Consumer<Page> pages) {
		return new Pages(this.calls, new Pages.Query(range, keysOnly), this.timeout, owner, pages, this.sizes).read();
	}

	@Override
	public CompletableFuture<Long> probe(KeyRange range) {
		return this.calls
			.call("read of the count of " + range, KVGrpc.getRangeMethod(), Messages.count(range), this.timeout)
			.thenApply(RangeResponse::getHeader)
			.thenApply((header) -> header.getRevision());
	}

	@Override
	public Watches watches(Executor owner) {
		return new SharedWatches(this.calls, this.timeout, owner);
	}

	@Override
	public void lingerFor(CompletionStage<?> work) {
		if (this.holds.getAndUpdate((holds) -> (holds > 0) ? holds + 1 : 0) > 0) {
			work.whenComplete((value, error) -> letGo());
		}
	}

	@Override
	public void close() {
		if (this.closing.compareAndSet(false, true)) {
			letGo();
		}
	}

	private void letGo() {
		if (this.holds.decrementAndGet() == 0) {
			this.calls.close();
			this.threads.close();
		}
	}

}
