package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.SynchronizationContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews leases on a stream that stays open from one renewal to the next. From 3.5 on an
 * etcd that is told to end goes on for as long as there are watches, 7 s at the most: it
 * ends leases, takes no more calls, and answers on the streams that it has [measured]. A
 * lease of less than 10 s would not live through that otherwise. Nor does it where the
 * stream is not open just then.
 * <p>
 * So a stream that answers is not given up for a promise: where another connection or
 * another token is in use by now, the next renewal is sent on both the old stream and a
 * fresh one, and the fresh one takes over when it has answered.
 * <p>
 * A stream ends with the first renewal that fails or is late. It carries one renewal at a
 * time, because the refusal of one ends it: who comes meanwhile makes a call.
 */
final class Renewals {

	private static final Logger logger = LoggerFactory.getLogger(Renewals.class);

	private final SynchronizationContext context = new SynchronizationContext(
			(thread, ex) -> logger.error("A renewal must not throw", ex));

	private final Connections connections;

	private final Threads threads;

	/** The stream that answers; null where there is none. */
	private @Nullable Stream stream;

	/** A fresh stream that has not shown yet that it answers. */
	private @Nullable Stream successor;

	Renewals(Connections connections, Threads threads) {
		this.connections = connections;
		this.threads = threads;
	}

	/**
	 * Opens a stream for renewals to come, where there is none.
	 * @param token who we are, empty for nobody
	 */
	void open(String token) {
		this.context.execute(() -> {
			if (this.stream == null) {
				this.stream = new Stream(token);
			}
		});
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
			return CompletableFuture.failedFuture(late("there was no time left to send the renewal"));
		}
		Stream inUse = this.stream;
		if (inUse == null) {
			Stream first = new Stream(token);
			this.stream = first;
			return first.renew(request, deadline);
		}
		if (inUse.underWay != null) {
			return this.connections.call(LeaseGrpc.getLeaseKeepAliveMethod(), request, token, deadline);
		}
		if (inUse.isUpToDate(token) || this.successor != null) {
			return inUse.renew(request, deadline);
		}
		Stream fresh = new Stream(token);
		this.successor = fresh;
		return firstAnswer(inUse.renew(request, deadline), fresh.renew(request, deadline));
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

	private static StatusRuntimeException late(String description) {
		return Status.DEADLINE_EXCEEDED.withDescription(description).asRuntimeException();
	}

	private void takeOver(Stream fresh) {
		Stream old = this.stream;
		this.successor = null;
		this.stream = fresh;
		if (old != null) {
			old.giveWay();
		}
	}

	/** One stream, and the renewal that is under way on it. */
	private final class Stream implements BidiStream.Owner<LeaseKeepAliveResponse> {

		private final String token;

		private final BidiStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream;

		private @Nullable CompletableFuture<LeaseKeepAliveResponse> underWay;

		/**
		 * Whether another stream answers by now, and this one has a renewal to end only.
		 */
		private boolean replaced;

		/** How it ended; null while it is open. */
		private @Nullable Throwable end;

		Stream(String token) {
			this.token = token;
			this.stream = new BidiStream<>(Renewals.this.connections, Renewals.this.threads, Renewals.this.context,
					this);
			this.stream.open(LeaseGrpc.getLeaseKeepAliveMethod(), token, new Metadata());
			this.stream.request(1);
		}

		boolean isUpToDate(String token) {
			return this.stream.connection() == Renewals.this.connections.current() && this.token.equals(token);
		}

		CompletableFuture<LeaseKeepAliveResponse> renew(LeaseKeepAliveRequest request, Deadline deadline) {
			if (this.end != null) {
				forget();
				return CompletableFuture.failedFuture(this.end);
			}
			CompletableFuture<LeaseKeepAliveResponse> answer = new CompletableFuture<>();
			this.underWay = answer;
			Future<?> late = Renewals.this.threads
				.schedule(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)), () -> late(answer));
			answer.whenComplete((renewed, error) -> late.cancel(false));
			this.stream.send(request);
			return answer;
		}

		private void late(CompletableFuture<LeaseKeepAliveResponse> answer) {
			Renewals.this.context.execute(() -> {
				if (this.underWay == answer) {
					this.stream.end(Renewals.late("etcd has not answered the renewal"));
				}
			});
		}

		@Override
		public void received(LeaseKeepAliveResponse renewed) {
			this.stream.request(1);
			CompletableFuture<LeaseKeepAliveResponse> answer = this.underWay;
			this.underWay = null;
			if (this == Renewals.this.successor) {
				takeOver(this);
			}
			if (this.replaced) {
				this.stream.close();
			}
			if (answer != null) {
				answer.completeAsync(() -> renewed, Renewals.this.threads.answers());
			}
		}

		/** That an idle stream ends says nothing: a proxy may have cut it. */
		@Override
		public void ended(Throwable cause) {
			this.end = cause;
			forget();
			CompletableFuture<LeaseKeepAliveResponse> answer = this.underWay;
			if (answer != null) {
				Renewals.this.connections.note(this.stream.connection(), cause);
				Renewals.this.threads.answers().execute(() -> answer.completeExceptionally(cause));
			}
		}

		private void forget() {
			if (Renewals.this.stream == this) {
				Renewals.this.stream = Renewals.this.successor;
				Renewals.this.successor = null;
			}
			else if (Renewals.this.successor == this) {
				Renewals.this.successor = null;
			}
		}

		/** Ends as soon as no renewal is under way: another stream answers. */
		void giveWay() {
			this.replaced = true;
			if (this.underWay == null) {
				this.stream.close();
			}
		}

		@Override
		public boolean outlivesReplacement() {
			return true;
		}

	}

}
