package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import org.jspecify.annotations.Nullable;
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

	private final Map<Long, OfLease> leases = new HashMap<>();

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
		return renew(request, token, deadline, Connections.RETRIES);
	}

	/**
	 * Renews a lease, with so many retries left where something else than etcd answers.
	 */
	CompletableFuture<LeaseKeepAliveResponse> renew(LeaseKeepAliveRequest request, String token, Deadline deadline,
			int retries) {
		return CompletableFuture.supplyAsync(() -> begin(request, token, deadline, retries), this.context)
			.thenCompose((answer) -> answer);
	}

	private CompletableFuture<LeaseKeepAliveResponse> begin(LeaseKeepAliveRequest request, String token,
			Deadline deadline, int retries) {
		if (deadline.isExpired()) {
			return CompletableFuture
				.failedFuture(Status.DEADLINE_EXCEEDED.withDescription("there was no time left to send the renewal")
					.asRuntimeException());
		}
		return of(request.getID()).renew(token, deadline, retries);
	}

	private OfLease of(long lease) {
		return this.leases.computeIfAbsent(lease, OfLease::new);
	}

	/**
	 * Ends the stream of a lease that is renewed no more.
	 * @param lease id of the lease
	 */
	void end(long lease) {
		this.context.execute(() -> {
			OfLease ended = this.leases.get(lease);
			if (ended != null) {
				ended.end();
			}
		});
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

	/**
	 * Renews one lease on a stream that stays open from one renewal to the next. From 3.5
	 * on an etcd that is told to end goes on for as long as there are watches, 7 s at the
	 * most: it ends leases, takes no more calls, and answers on the streams that it has
	 * [measured]. A lease of less than 10 s would not live through that otherwise. Nor
	 * does it where the stream is not open just then.
	 * <p>
	 * So a stream that answers is not given up for a promise: where another connection or
	 * another token is in use by now, the next renewal is sent on both the old stream and
	 * a fresh one, and the fresh one takes over when it has answered.
	 * <p>
	 * A stream ends with the first renewal that fails or is late, when the lease has
	 * ended or was revoked, and when the lease must have ended because nobody has renewed
	 * it.
	 * <p>
	 * Everything happens in the {@link SynchronizationContext} of {@link Renewals}.
	 */
	final class OfLease {

		private final LeaseKeepAliveRequest request;

		/** The stream that answers; null where there is none. */
		private @Nullable LeaseStream stream;

		/** A fresh stream that has not shown yet that it answers. */
		private @Nullable LeaseStream successor;

		/**
		 * When the lease has ended, unless it is renewed; null where that is not known.
		 */
		private @Nullable Future<?> expiry;

		OfLease(long lease) {
			this.request = LeaseKeepAliveRequest.newBuilder().setID(lease).build();
		}

		/**
		 * Opens a stream for renewals to come, where there is none.
		 * @param ttl for how long the lease lives without a renewal
		 * @param token who we are, empty for nobody
		 */
		void open(Duration ttl, String token) {
			if (this.stream == null) {
				LeaseStream first = new LeaseStream(this, token);
				this.stream = first;
				expectRenewalWithin(ttl);
				first.open();
			}
		}

		/**
		 * Renews the lease, once.
		 * @param token who we are, empty for nobody
		 * @param deadline when it ends at the latest
		 * @param retries how often it is made again where something else than etcd
		 * answers
		 * @return the answer, or how gRPC says that it failed
		 */
		CompletableFuture<LeaseKeepAliveResponse> renew(String token, Deadline deadline, int retries) {
			LeaseStream inUse = this.stream;
			if (inUse == null) {
				LeaseStream first = new LeaseStream(this, token);
				this.stream = first;
				first.open();
				return first.renew(deadline, retries);
			}
			if (inUse.isUpToDate(token) || this.successor != null) {
				return inUse.renew(deadline, retries);
			}
			LeaseStream fresh = new LeaseStream(this, token);
			this.successor = fresh;
			fresh.open();
			return firstAnswer(inUse.renew(deadline, retries), fresh.renew(deadline, retries));
		}

		/** The failure is that of the second one, where both fail. */
		private static <T> CompletableFuture<T> firstAnswer(CompletableFuture<T> one, CompletableFuture<T> other) {
			CompletableFuture<T> answer = new CompletableFuture<>();
			var unusedByOne = one.thenAccept(answer::complete);
			var unusedByOther = other.whenComplete((value, error) -> {
				if (error == null) {
					answer.complete(value);
				}
				else {
					var unused = one.exceptionally((first) -> {
						answer.completeExceptionally(error);
						return null;
					});
				}
			});
			return answer;
		}

		/**
		 * A renewal was answered.
		 * @param by the stream that has brought the answer
		 * @param ttl for how long the lease lives now; not positive where it has ended
		 */
		void answered(LeaseStream by, Duration ttl) {
			LeaseStream old = this.stream;
			if (by == this.successor) {
				this.successor = null;
				this.stream = by;
				if (old != null) {
					old.giveWay();
				}
			}
			if (ttl.isZero() || ttl.isNegative()) {
				end();
			}
			else if (this.stream != null) {
				expectRenewalWithin(ttl);
			}
		}

		private void expectRenewalWithin(Duration ttl) {
			forgetExpiry();
			this.expiry = Renewals.this.threads.answerIn(ttl,
					() -> Renewals.this.context.execute(this::endWhereNobodyRenews));
		}

		/** A renewal that is under way has a deadline of its own. */
		private void endWhereNobodyRenews() {
			if (this.stream != null && !this.stream.isRenewing()) {
				end();
			}
		}

		private void forgetExpiry() {
			if (this.expiry != null) {
				this.expiry.cancel(false);
			}
		}

		/**
		 * The lease is renewed no more: its streams end as soon as nothing is under way.
		 */
		void end() {
			LeaseStream inUse = this.stream;
			LeaseStream fresh = this.successor;
			this.stream = null;
			this.successor = null;
			withoutStream();
			if (inUse != null) {
				inUse.giveWay();
			}
			if (fresh != null) {
				fresh.giveWay();
			}
		}

		/**
		 * A stream has ended.
		 * @param ended the stream
		 */
		void forget(LeaseStream ended) {
			if (this.stream == ended) {
				this.stream = this.successor;
				this.successor = null;
			}
			else if (this.successor == ended) {
				this.successor = null;
			}
			else {
				return;
			}
			if (this.stream == null) {
				withoutStream();
			}
		}

		private void withoutStream() {
			forgetExpiry();
			Renewals.this.leases.remove(this.request.getID(), this);
		}

		LeaseKeepAliveRequest request() {
			return this.request;
		}

		Renewals renewals() {
			return Renewals.this;
		}

	}

}
