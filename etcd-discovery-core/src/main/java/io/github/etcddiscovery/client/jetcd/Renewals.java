package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews leases, each on a stream of its own, because the refusal of one lease ends its
 * stream. Nothing is kept of a lease that has no stream.
 */
final class Renewals {

	private static final Logger logger = LoggerFactory.getLogger(Renewals.class);

	private final SynchronizationContext context = new SynchronizationContext(
			(thread, ex) -> logger.error("A renewal must not throw", ex));

	private final Connections connections;

	private final Threads threads;

	private final Map<Long, LeaseRenewals> leases = new HashMap<>();

	Renewals(Connections connections, Threads threads) {
		this.connections = connections;
		this.threads = threads;
	}

	/**
	 * Opens a stream for the renewals of a lease to come, where there is none.
	 * @param lease id of the lease
	 * @param ttl for how long the lease lives without a renewal
	 * @param token who we are, empty for nobody
	 */
	void open(long lease, Duration ttl, String token) {
		this.context.execute(() -> of(lease).open(ttl, token));
	}

	/**
	 * Renews a lease, once.
	 * @param request which lease
	 * @param token who we are, empty for nobody
	 * @param deadline when it ends at the latest
	 * @return the answer, or how gRPC says that it failed
	 */
	CompletableFuture<LeaseKeepAliveResponse> renew(LeaseKeepAliveRequest request, String token, Deadline deadline) {
		return CompletableFuture.supplyAsync(() -> begin(request, token, deadline), this.context)
			.thenCompose((answer) -> answer);
	}

	private CompletableFuture<LeaseKeepAliveResponse> begin(LeaseKeepAliveRequest request, String token,
			Deadline deadline) {
		if (deadline.isExpired()) {
			return CompletableFuture
				.failedFuture(Status.DEADLINE_EXCEEDED.withDescription("there was no time left to send the renewal")
					.asRuntimeException());
		}
		return of(request.getID()).renew(token, deadline);
	}

	private LeaseRenewals of(long lease) {
		return this.leases.computeIfAbsent(lease, (id) -> new LeaseRenewals(id, this));
	}

	/**
	 * Ends the stream of a lease that is renewed no more.
	 * @param lease id of the lease
	 */
	void end(long lease) {
		this.context.execute(() -> {
			LeaseRenewals ended = this.leases.get(lease);
			if (ended != null) {
				ended.end();
			}
		});
	}

	/**
	 * Forgets what is kept of a lease.
	 * @param lease id of the lease
	 * @param renewals what has no stream any more
	 */
	void forget(long lease, LeaseRenewals renewals) {
		this.leases.remove(lease, renewals);
	}

	Connections connections() {
		return this.connections;
	}

	Threads threads() {
		return this.threads;
	}

	SynchronizationContext context() {
		return this.context;
	}

}
