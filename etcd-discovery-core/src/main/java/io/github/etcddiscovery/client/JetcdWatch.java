package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.concurrent.Future;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.etcddiscovery.KeyRange;

/**
 * One watch on one stream of its own. Never resumed: the first error, cancellation or end
 * is the end, and the stream is cancelled then, because etcd keeps what is only half
 * closed. There is one exception: a watch that etcd refuses at its very start, which is
 * also how it tells that it does not know our token, is opened once more when a read of
 * the same range (which logs in anew where that is needed) is not refused.
 * <p>
 * Everything runs one after the other in a {@link SynchronizationContext}, so that plain
 * fields do.
 */
final class JetcdWatch implements WatchStream {

	private static final Logger logger = LoggerFactory.getLogger(JetcdWatch.class);

	private static final WatchRequest PROGRESS = WatchRequest.newBuilder()
		.setProgressRequest(WatchProgressRequest.getDefaultInstance())
		.build();

	private static final Metadata REQUIRE_LEADER = new Metadata();
	static {
		REQUIRE_LEADER.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
	}

	private final SynchronizationContext context = new SynchronizationContext(
			(thread, ex) -> logger.error("A watch listener must not throw", ex));

	private final Calls calls;

	private final KeyRange range;

	private final long fromRevision;

	private final Duration timeout;

	private final WatchListener listener;

	private volatile boolean closed;

	private boolean ended;

	private boolean confirmed;

	private boolean reopened;

	private @Nullable Stream stream;

	private @Nullable Future<?> confirmation;

	JetcdWatch(Calls calls, KeyRange range, long fromRevision, Duration timeout, WatchListener listener) {
		this.calls = calls;
		this.range = range;
		this.fromRevision = fromRevision;
		this.timeout = timeout;
		this.listener = listener;
	}

	/**
	 * Opens the stream.
	 * @return this
	 */
	JetcdWatch open() {
		this.context.execute(() -> {
			this.confirmation = this.calls.threads()
				.schedule(this.timeout, () -> this.context.execute(this::expectConfirmed));
			logIn();
		});
		return this;
	}

	private void logIn() {
		this.calls.login().token().whenComplete((token, error) -> this.context.execute(() -> start(token, error)));
	}

	private void start(@Nullable String token, @Nullable Throwable error) {
		if (this.ended) {
			return;
		}
		if (token == null) {
			end((error != null) ? error : new IllegalStateException("no token"));
			return;
		}
		Connection connection = this.calls.connections().current();
		CallOptions options = CallOptions.DEFAULT.withExecutor(this.calls.threads().answers());
		Stream stream = new Stream(connection,
				ClientInterceptors
					.intercept(Login.authenticated(connection.channel(), token),
							MetadataUtils.newAttachHeadersInterceptor(REQUIRE_LEADER))
					.newCall(WatchGrpc.getWatchMethod(), options));
		this.stream = stream;
		connection.opened(this);
		stream.requests = ClientCalls.asyncBidiStreamingCall(stream.call, stream);
		stream.send(Messages.watch(this.range, this.fromRevision));
		if (this.calls.connections().isClosed()) {
			connectionGivenUp();
		}
	}

	private void received(Stream stream, WatchResponse response) {
		this.calls.connections().note(stream.connection, null);
		long revision = response.getHeader().getRevision();
		if (response.getCanceled()) {
			failed(stream,
					((response.getCompactRevision() > 0)
							? Status.OUT_OF_RANGE.withDescription("revision " + this.fromRevision
									+ " has been compacted, the oldest is " + response.getCompactRevision())
							: Failure.cancelled(response.getCancelReason()))
						.asRuntimeException());
			return;
		}
		if (response.getCreated()) {
			this.confirmed = true;
			cancelConfirmation();
			this.listener.confirmed(revision);
		}
		if (response.getEventsCount() > 0) {
			this.listener.changed(Messages.events(response.getEventsList()));
		}
		else if (!response.getCreated()) {
			this.listener.progress(revision);
		}
	}

	private void failed(Stream stream, Throwable error) {
		this.calls.connections().note(stream.connection, error);
		if (this.confirmed || this.reopened || !Failure.accessRefused(error)) {
			end(error);
			return;
		}
		this.reopened = true;
		release();
		this.calls.call(toString(), KVGrpc.getRangeMethod(), Messages.count(this.range), this.timeout)
			.whenComplete((answer, refusal) -> this.context.execute(() -> {
				if (refusal != null) {
					end(refusal);
				}
				else if (!this.ended) {
					logIn();
				}
			}));
	}

	private void expectConfirmed() {
		Throwable late = Status.DEADLINE_EXCEEDED.withDescription("etcd has not confirmed the watch")
			.asRuntimeException();
		if (!this.confirmed && !this.ended) {
			if (this.stream != null) {
				this.calls.connections().note(this.stream.connection, late);
			}
			end(late);
		}
	}

	private void end(Throwable cause) {
		if (this.ended) {
			return;
		}
		this.ended = true;
		cancelConfirmation();
		release();
		if (!this.closed) {
			this.listener.ended(this.calls.failure(toString(), cause));
		}
	}

	/** Ends the watch because its connection ends. */
	void connectionGivenUp() {
		this.context
			.execute(() -> end(Status.UNAVAILABLE.withDescription("the connection was given up").asRuntimeException()));
	}

	private void release() {
		Stream stream = this.stream;
		this.stream = null;
		if (stream != null) {
			stream.connection.ended(this);
			stream.call.cancel("the watch has ended", null);
		}
	}

	private void cancelConfirmation() {
		if (this.confirmation != null) {
			this.confirmation.cancel(false);
		}
	}

	@Override
	public void requestProgress() {
		this.context.execute(() -> {
			if (this.stream != null && this.confirmed) {
				this.stream.send(PROGRESS);
			}
		});
	}

	@Override
	public void close() {
		this.closed = true;
		this.context.execute(() -> {
			this.ended = true;
			cancelConfirmation();
			release();
		});
	}

	@Override
	public String toString() {
		return "watch of " + this.range + " from revision " + this.fromRevision;
	}

	/** The stream; what it says after it was replaced or ended is not listened to. */
	private final class Stream implements StreamObserver<WatchResponse> {

		private final Connection connection;

		private final ClientCall<WatchRequest, WatchResponse> call;

		private @Nullable StreamObserver<WatchRequest> requests;

		Stream(Connection connection, ClientCall<WatchRequest, WatchResponse> call) {
			this.connection = connection;
			this.call = call;
		}

		void send(WatchRequest request) {
			if (this.requests != null) {
				this.requests.onNext(request);
			}
		}

		@Override
		public void onNext(WatchResponse response) {
			whileCurrent(() -> received(this, response));
		}

		@Override
		public void onError(Throwable error) {
			whileCurrent(() -> failed(this, error));
		}

		@Override
		public void onCompleted() {
			onError(Status.UNAVAILABLE.withDescription("etcd has ended the stream").asRuntimeException());
		}

		private void whileCurrent(Runnable told) {
			JetcdWatch.this.context.execute(() -> {
				if (JetcdWatch.this.stream == this && !JetcdWatch.this.closed) {
					told.run();
				}
			});
		}

	}

}
