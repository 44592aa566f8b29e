package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews leases on a stream that stays open from one renewal to the next. From 3.5 on an
 * etcd that is told to end goes on for as long as there are watches, 7 s at the most: it
 * ends leases, takes no more calls, and answers on the streams that it has [measured]. A
 * lease of less than 10 s would not live through that otherwise. Nor does it where the
 * stream is not open just then: between its end and the next renewal, or after a change
 * of connection or token.
 * <p>
 * The stream ends with the first renewal that fails, and gives way to another one where
 * the connection or the token in use is another. It carries one renewal at a time,
 * because the refusal of one ends it: who comes meanwhile makes a call.
 * <p>
 * Everything runs one after the other in a {@link SynchronizationContext}, so that plain
 * fields do; answers are given on the threads for answers.
 */
final class RenewalStream {

	private static final Logger logger = LoggerFactory.getLogger(RenewalStream.class);

	/** Not in the gRPC context of a caller, with which the stream would end. */
	private final Executor context = Context.ROOT
		.fixedContextExecutor(new SynchronizationContext((thread, ex) -> logger.error("A renewal must not throw", ex)));

	private final Connections connections;

	private final Threads threads;

	private @Nullable Stream stream;

	RenewalStream(Connections connections, Threads threads) {
		this.connections = connections;
		this.threads = threads;
	}

	/**
	 * Opens the stream, for renewals to come.
	 * @param token who we are, empty for nobody
	 */
	void open(String token) {
		this.context.execute(() -> {
			if (!isBusy()) {
				streamFor(token);
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
		return isBusy() ? this.connections.call(LeaseGrpc.getLeaseKeepAliveMethod(), request, token, deadline)
				: streamFor(token).renew(request, deadline);
	}

	private static StatusRuntimeException late(String description) {
		return Status.DEADLINE_EXCEEDED.withDescription(description).asRuntimeException();
	}

	private boolean isBusy() {
		return this.stream != null && this.stream.underWay != null;
	}

	private Stream streamFor(String token) {
		Connection connection = this.connections.current();
		Stream last = this.stream;
		if (last != null && last.connection == connection && last.token.equals(token)) {
			return last;
		}
		this.stream = null;
		if (last != null) {
			last.call.cancel("another connection or token is in use", null);
		}
		Stream fresh = new Stream(connection, token);
		this.stream = fresh;
		return fresh;
	}

	/** The stream; what it says after it has ended is not listened to. */
	private final class Stream implements StreamObserver<LeaseKeepAliveResponse> {

		private final Connection connection;

		private final String token;

		private final ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call;

		private final StreamObserver<LeaseKeepAliveRequest> requests;

		private @Nullable CompletableFuture<LeaseKeepAliveResponse> underWay;

		private boolean answered;

		Stream(Connection connection, String token) {
			this.connection = connection;
			this.token = token;
			this.call = Login.authenticated(connection.channel(), token)
				.newCall(LeaseGrpc.getLeaseKeepAliveMethod(),
						CallOptions.DEFAULT.withExecutor(RenewalStream.this.threads.answers()));
			this.requests = ClientCalls.asyncBidiStreamingCall(this.call, this);
		}

		CompletableFuture<LeaseKeepAliveResponse> renew(LeaseKeepAliveRequest request, Deadline deadline) {
			CompletableFuture<LeaseKeepAliveResponse> answer = new CompletableFuture<>();
			this.underWay = answer;
			Future<?> late = RenewalStream.this.threads
				.schedule(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)), () -> late(answer));
			answer.whenComplete((renewed, error) -> late.cancel(false));
			this.requests.onNext(request);
			return answer;
		}

		private void late(CompletableFuture<LeaseKeepAliveResponse> answer) {
			whileCurrent(() -> {
				if (this.underWay == answer) {
					end(RenewalStream.late("etcd has not answered the renewal"));
				}
			});
		}

		@Override
		public void onNext(LeaseKeepAliveResponse renewed) {
			whileCurrent(() -> {
				CompletableFuture<LeaseKeepAliveResponse> answer = this.underWay;
				this.underWay = null;
				if (!this.answered) {
					// Later ones do not say that a new call would get through.
					this.answered = true;
					RenewalStream.this.connections.note(this.connection, null);
				}
				if (answer != null) {
					answer.completeAsync(() -> renewed, RenewalStream.this.threads.answers());
				}
			});
		}

		@Override
		public void onError(Throwable error) {
			whileCurrent(() -> end(error));
		}

		@Override
		public void onCompleted() {
			onError(Status.UNAVAILABLE.withDescription("etcd has ended the stream").asRuntimeException());
		}

		/** That an idle stream ends says nothing: a proxy may have cut it. */
		private void end(Throwable error) {
			RenewalStream.this.stream = null;
			this.call.cancel("the stream has ended", null);
			CompletableFuture<LeaseKeepAliveResponse> answer = this.underWay;
			if (answer != null) {
				RenewalStream.this.connections.note(this.connection, error);
				RenewalStream.this.threads.answers().execute(() -> answer.completeExceptionally(error));
			}
		}

		private void whileCurrent(Runnable told) {
			RenewalStream.this.context.execute(() -> {
				if (RenewalStream.this.stream == this) {
					told.run();
				}
			});
		}

	}

}
