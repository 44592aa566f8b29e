package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

import io.github.etcddiscovery.EtcdDiscoveryException;

/**
 * Makes calls that always end: within their deadline, after one new login where etcd does
 * not know our token, with an exception that says what was attempted.
 */
final class Calls implements AutoCloseable {

	private static final Duration GRACE = Duration.ofMillis(500);

	private static final Duration TOKEN_SPREADS = Duration.ofMillis(200);

	private final Connections connections;

	private final Login login;

	private final Threads threads;

	private final Renewals renewals;

	private final Set<Pending> underWay = ConcurrentHashMap.newKeySet();

	Calls(Connections connections, Login login, Threads threads) {
		this.connections = connections;
		this.login = login;
		this.threads = threads;
		this.renewals = new Renewals(connections, threads);
	}

	/**
	 * Makes a call.
	 * @param <Q> type of the request
	 * @param <A> type of the answer
	 * @param attempted what it is, for messages
	 * @param method what to call
	 * @param request what to send
	 * @param timeout when it ends at the latest
	 * @return the answer; fails with an {@code EtcdDiscoveryException}
	 */
	<Q, A> CompletableFuture<A> call(String attempted, MethodDescriptor<Q, A> method, Q request, Duration timeout) {
		return call(attempted, timeout, (token, deadline) -> this.connections.call(method, request, token, deadline));
	}

	/**
	 * Makes a call of which the answer can be long.
	 * @param <Q> type of the request
	 * @param <A> type of the answer
	 * @param attempted what it is, for messages
	 * @param method what to call
	 * @param request what to send
	 * @param timeout when it ends at the latest
	 * @param maxAnswer longest answer that is taken, in bytes; a longer one fails the
	 * call before it has arrived, see {@link Failure#tooLarge}
	 * @return the answer; fails with an {@code EtcdDiscoveryException}
	 */
	<Q, A> CompletableFuture<A> read(String attempted, MethodDescriptor<Q, A> method, Q request, Duration timeout,
			int maxAnswer) {
		return call(attempted, timeout, (token, deadline) -> this.connections.call(method, request, token,
				CallOptions.DEFAULT.withDeadline(deadline).withMaxInboundMessageSize(maxAnswer)));
	}

	/**
	 * Makes a call that changes something, but only where etcd has answered just now. A
	 * request that a server or a network has taken can be applied when they wake up, long
	 * after its deadline, and nothing can call it back: so it is not sent into silence.
	 * @param <Q> type of the request
	 * @param <A> type of the answer
	 * @param attempted what it is, for messages
	 * @param method what to call
	 * @param request what to send
	 * @param timeout when it ends at the latest
	 * @return the answer; fails with an {@code EtcdDiscoveryException}
	 */
	<Q, A> CompletableFuture<A> write(String attempted, MethodDescriptor<Q, A> method, Q request, Duration timeout) {
		return call(attempted, timeout, (token, deadline) -> this.connections.proveAlive(token)
			.thenCompose((alive) -> this.connections.call(method, request, token, deadline)));
	}

	/**
	 * Opens the stream for the renewals of a lease, unless it is open.
	 * @param lease id of the lease
	 * @param ttl for how long it lives without a renewal
	 */
	void openRenewals(long lease, Duration ttl) {
		this.login.token().thenAccept((token) -> this.renewals.open(lease, ttl, token));
	}

	/**
	 * Ends the stream for the renewals of a lease.
	 * @param lease id of a lease that is renewed no more
	 */
	void endRenewals(long lease) {
		this.renewals.end(lease);
	}

	/**
	 * Renews a lease, on a stream of its own that stays open.
	 * @param attempted what it is, for messages
	 * @param request which lease
	 * @param timeout when it ends at the latest
	 * @return the answer; fails with an {@code EtcdDiscoveryException}
	 */
	CompletableFuture<LeaseKeepAliveResponse> renew(String attempted, LeaseKeepAliveRequest request, Duration timeout) {
		return call(attempted, timeout, (token, deadline) -> this.renewals.renew(request, token, deadline));
	}

	private <A> CompletableFuture<A> call(String attempted, Duration timeout, Attempt<A> attempt) {
		CompletableFuture<A> answer = new CompletableFuture<>();
		Pending pending = new Pending(attempted, answer);
		this.underWay.add(pending);
		answer.whenComplete((value, error) -> this.underWay.remove(pending));
		if (this.connections.isClosed()) {
			pending.end(Failure.closed(attempted));
			return answer;
		}
		// In a stage, which fails with whatever is thrown.
		CompletableFuture.completedFuture(attempt).thenCompose((first) -> {
			guard(pending, timeout.plus(GRACE));
			return loggedIn(first, Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS));
		}).whenComplete((value, error) -> {
			if (error != null) {
				pending.end(failure(attempted, error));
			}
			else {
				answer.complete(value);
			}
		});
		return answer;
	}

	/**
	 * Whoever makes the call keeps the deadline; this is for what comes before it, and
	 * for its faults.
	 */
	private void guard(Pending pending, Duration timeout) {
		Future<?> guard = this.threads.answerIn(timeout, () -> pending.end(failure(pending.attempted,
				Status.DEADLINE_EXCEEDED.withDescription("nothing was heard of the call").asRuntimeException())));
		pending.answer.whenComplete((value, error) -> guard.cancel(false));
	}

	private <A> CompletableFuture<A> loggedIn(Attempt<A> attempt, Deadline deadline) {
		return untilDeadline(this.login.token(), deadline).thenCompose((token) -> attempt.make(token, deadline)
			.exceptionallyCompose((error) -> this.login.isNeeded() && Failure.tokenRefused(error)
					? again(attempt, token, deadline) : CompletableFuture.failedFuture(error)));
	}

	private <A> CompletableFuture<A> again(Attempt<A> attempt, String refused, Deadline deadline) {
		return untilDeadline(this.login.tokenOtherThan(refused), deadline).thenCompose((token) -> token.equals(refused)
				? pause().thenApply((done) -> token) : CompletableFuture.completedFuture(token))
			.thenCompose((token) -> attempt.make(token, deadline));
	}

	/** Nothing is sent for a call whose time is over before we are logged in. */
	private CompletableFuture<String> untilDeadline(CompletableFuture<String> token, Deadline deadline) {
		if (token.isDone()) {
			return token;
		}
		CompletableFuture<String> waiting = token.copy();
		Future<?> late = this.threads.answerIn(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)),
				() -> waiting.completeExceptionally(Status.DEADLINE_EXCEEDED
					.withDescription("the login has not ended, or credentials were not to be had yet")
					.asRuntimeException()));
		waiting.whenComplete((value, error) -> late.cancel(false));
		return waiting;
	}

	/**
	 * For a member of etcd that has not yet heard of the token that another has given.
	 */
	private CompletableFuture<Void> pause() {
		CompletableFuture<Void> over = new CompletableFuture<>();
		this.threads.answerIn(TOKEN_SPREADS, () -> over.complete(null));
		return over;
	}

	/**
	 * Makes the exception that a caller gets.
	 * @param attempted what was attempted
	 * @param error how it ended
	 * @return the exception
	 */
	EtcdDiscoveryException failure(String attempted, Throwable error) {
		return this.connections.isClosed() ? Failure.closed(attempted)
				: Failure.of(attempted, this.connections.endpoints(), this.connections.explained(error));
	}

	Connections connections() {
		return this.connections;
	}

	Login login() {
		return this.login;
	}

	Threads threads() {
		return this.threads;
	}

	/** Ends connections, streams, and all calls that are under way. Does not wait. */
	@Override
	public void close() {
		this.connections.close();
		this.login.close();
		List.copyOf(this.underWay).forEach((call) -> call.end(Failure.closed(call.attempted)));
	}

	/** A call, with a token; made again with another one where etcd does not know it. */
	private interface Attempt<A> {

		CompletableFuture<A> make(String token, Deadline deadline);

	}

	/** A call that has not ended; equal to itself only. */
	private static final class Pending {

		private final String attempted;

		private final CompletableFuture<?> answer;

		Pending(String attempted, CompletableFuture<?> answer) {
			this.attempted = attempted;
			this.answer = answer;
		}

		void end(EtcdDiscoveryException failure) {
			this.answer.completeExceptionally(failure);
		}

	}

}
