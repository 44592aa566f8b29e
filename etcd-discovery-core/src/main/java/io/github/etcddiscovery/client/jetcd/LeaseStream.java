package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One stream for the renewals of one lease, and those that are under way on it: etcd
 * answers them in the order in which they were sent.
 */
final class LeaseStream implements BidiStream.Owner<LeaseKeepAliveResponse> {

	private final Renewals.OfLease lease;

	private final Renewals renewals;

	private final String token;

	private final BidiStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream;

	private final Queue<Renewal> underWay = new ArrayDeque<>();

	private State state = State.OPEN;

	/** How it ended; null while it is open. */
	private @Nullable Throwable end;

	LeaseStream(Renewals.OfLease lease, String token) {
		this.lease = lease;
		this.renewals = lease.renewals();
		this.token = token;
		this.stream = new BidiStream<>(this.renewals.connections(), this.renewals.threads(), this.renewals.context(),
				this);
	}

	void open() {
		this.stream.open(LeaseGrpc.getLeaseKeepAliveMethod(), this.token, new Metadata());
		this.stream.request(1);
	}

	/**
	 * Tells whether a stream that is opened now would be on the same connection, for the
	 * same user.
	 * @param token who we are
	 * @return whether it would
	 */
	boolean isUpToDate(String token) {
		return this.stream.connection() == this.renewals.connections().current() && this.token.equals(token);
	}

	boolean isRenewing() {
		return !this.underWay.isEmpty();
	}

	/**
	 * Renews the lease, once.
	 * @param deadline when it ends at the latest
	 * @param retries how often it is made again where something else than etcd answers
	 * @return the answer, or how gRPC says that it failed
	 */
	CompletableFuture<LeaseKeepAliveResponse> renew(Deadline deadline, int retries) {
		if (this.end != null) {
			return CompletableFuture.failedFuture(this.end);
		}
		Renewal renewal = new Renewal(deadline, retries);
		this.underWay.add(renewal);
		Future<?> late = this.renewals.threads()
			.answerIn(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)),
					() -> this.renewals.context().execute(() -> late(renewal)));
		renewal.answer.whenComplete((renewed, error) -> late.cancel(false));
		this.stream.send(this.lease.request());
		return renewal.answer;
	}

	/** The answer may still come, and must not be taken for that to another renewal. */
	private void late(Renewal renewal) {
		if (this.underWay.remove(renewal)) {
			List<Renewal> others = List.copyOf(this.underWay);
			this.underWay.clear();
			this.underWay.add(renewal);
			this.stream.end(
					Status.DEADLINE_EXCEEDED.withDescription("etcd has not answered the renewal").asRuntimeException());
			others.forEach((other) -> renewAgain(other, other.retries));
		}
	}

	private void renewAgain(Renewal renewal, int retries) {
		this.renewals.renew(this.lease.request(), this.token, renewal.deadline, retries)
			.whenComplete((renewed, error) -> complete(renewal, renewed, error));
	}

	@Override
	public void received(LeaseKeepAliveResponse renewed) {
		this.stream.request(1);
		Renewal renewal = this.underWay.poll();
		this.lease.answered(this, Duration.ofSeconds(renewed.getTTL()));
		if (this.state == State.GIVES_WAY) {
			giveWay();
		}
		if (renewal != null) {
			complete(renewal, renewed, null);
		}
	}

	/**
	 * That a stream ends on which nothing is asked says nothing: a proxy may have cut it.
	 */
	@Override
	public void ended(Throwable cause) {
		this.end = cause;
		this.lease.forget(this);
		if (isRenewing()) {
			this.renewals.connections().note(this.stream.connection(), cause);
			boolean elsewhere = this.stream.hasLedToNoEtcd() && Failure.canBeRepeated(cause, false);
			List<Renewal> cut = List.copyOf(this.underWay);
			this.underWay.clear();
			for (Renewal renewal : cut) {
				if (elsewhere && renewal.retries > 0) {
					renewAgain(renewal, renewal.retries - 1);
				}
				else {
					complete(renewal, null, cause);
				}
			}
		}
	}

	private void complete(Renewal renewal, @Nullable LeaseKeepAliveResponse renewed, @Nullable Throwable error) {
		this.renewals.threads().answers().execute(() -> {
			if (error != null) {
				renewal.answer.completeExceptionally(error);
			}
			else {
				renewal.answer.complete(renewed);
			}
		});
	}

	/** Ends as soon as no renewal is under way: no other is to come. */
	void giveWay() {
		this.state = State.GIVES_WAY;
		if (!isRenewing()) {
			this.stream.close();
		}
	}

	@Override
	public boolean outlivesReplacement() {
		return true;
	}

	/**
	 * What a stream is for.
	 */
	private enum State {

		/** For renewals to come. */
		OPEN,

		/** For those that are under way only. */
		GIVES_WAY

	}

	/** A renewal that has no answer yet. */
	private static final class Renewal {

		private final Deadline deadline;

		private final int retries;

		private final CompletableFuture<LeaseKeepAliveResponse> answer = new CompletableFuture<>();

		Renewal(Deadline deadline, int retries) {
			this.deadline = deadline;
			this.retries = retries;
		}

	}

}
