package io.github.etcddiscovery.client.jetcd;

import java.util.concurrent.Executor;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that sends and receives for as long as it is open: on the connection that was in
 * use when it was made, with the token that it was opened with. It ends once, for one
 * reason, and is cancelled then, because etcd keeps what is only half closed. Nothing is
 * received that was not requested.
 * <p>
 * Everything happens one after the other in the {@link SynchronizationContext} of its
 * owner, whose methods are called there and which calls the methods here there.
 *
 * @param <Q> type of what is sent
 * @param <A> type of what is received
 */
final class BidiStream<Q, A> {

	private static final Logger logger = LoggerFactory.getLogger(BidiStream.class);

	private final Connections connections;

	private final Connection connection;

	private final Executor answers;

	private final SynchronizationContext context;

	private final Owner<A> owner;

	private @Nullable ClientCall<Q, A> call;

	private boolean answered;

	private boolean ended;

	/**
	 * Prepares a stream on the connection in use.
	 * @param connections holds the connection, and is told of answers
	 * @param threads where gRPC calls back
	 * @param context where everything happens
	 * @param owner is told what comes, and of the end
	 */
	BidiStream(Connections connections, Threads threads, SynchronizationContext context, Owner<A> owner) {
		this.connections = connections;
		this.connection = connections.current();
		this.answers = threads.answers();
		this.context = context;
		this.owner = owner;
	}

	/**
	 * Opens the stream, outside the gRPC context of whoever caused it, with which it
	 * would end. Where that fails, the owner is told of the end before this returns.
	 * @param method what to call
	 * @param token who we are, empty for nobody
	 * @param headers what else goes with the call
	 */
	void open(MethodDescriptor<Q, A> method, String token, Metadata headers) {
		this.connection.opened(this);
		Metadata own = new Metadata();
		own.merge(headers);
		try {
			Context.ROOT.run(() -> {
				this.call = Login.authenticated(this.connection.channel(), token)
					.newCall(method, CallOptions.DEFAULT.withExecutor(this.answers));
				this.call.start(new Relay(), own);
			});
		}
		catch (Throwable ex) {
			end(ex); // of an interceptor
			return;
		}
		if (this.connections.isClosed()) {
			end(givenUp());
		}
	}

	Connection connection() {
		return this.connection;
	}

	/**
	 * Lets some more messages come.
	 * @param messages how many, 1 or more
	 */
	void request(int messages) {
		if (this.call != null && !this.ended) {
			this.call.request(messages);
		}
	}

	void send(Q message) {
		if (this.call != null && !this.ended) {
			this.call.sendMessage(message);
		}
	}

	/**
	 * Ends the stream and tells the owner why. Does nothing where it has ended.
	 * @param cause why
	 */
	void end(Throwable cause) {
		if (!this.ended) {
			try {
				close();
			}
			finally {
				this.owner.ended(cause);
			}
		}
	}

	/** Ends the stream; the owner, who wants it, is not told. */
	void close() {
		this.ended = true;
		this.connection.ended(this);
		if (this.call != null) {
			cancel(this.call, "the stream has ended");
		}
	}

	/**
	 * Cancels a call, whatever an interceptor of a user does then: those who wait go on.
	 * @param call the call
	 * @param why for gRPC
	 */
	static void cancel(ClientCall<?, ?> call, String why) {
		try {
			call.cancel(why, null);
		}
		catch (Throwable ex) {
			logger.warn("An interceptor of the client to etcd has thrown when its call was cancelled", ex);
		}
	}

	/** Ends the stream because its connection ends. Can be called from any thread. */
	void connectionGivenUp() {
		this.context.execute(() -> end(givenUp()));
	}

	private static Throwable givenUp() {
		return Status.UNAVAILABLE.withDescription("the connection was given up").asRuntimeException();
	}

	/** Tells whether what was at the other end is not asked any more: it is no etcd. */
	boolean hasLedToNoEtcd() {
		return this.call != null && this.connections.leavesOut(this.call);
	}

	/**
	 * Tells whether this stream goes on where another connection takes the place of its
	 * own.
	 * @return false where it ends then
	 */
	boolean outlivesReplacement() {
		return this.owner.outlivesReplacement();
	}

	private void received(A message) {
		if (this.ended) {
			return;
		}
		if (this.answered) {
			// It does not say that a new call would get through.
			this.connection.heard();
		}
		else {
			this.answered = true;
			this.connections.note(this.connection, null);
		}
		this.owner.received(message);
	}

	/**
	 * Whose stream it is.
	 *
	 * @param <A> type of what is received
	 */
	interface Owner<A> {

		/**
		 * A message has come.
		 * @param message the message
		 */
		void received(A message);

		/**
		 * The stream has ended; nothing follows.
		 * @param cause why, as gRPC says it
		 */
		void ended(Throwable cause);

		/**
		 * Tells whether the stream goes on where another connection takes the place of
		 * its own.
		 * @return false where it ends then
		 */
		default boolean outlivesReplacement() {
			return false;
		}

	}

	/** Hands over what gRPC says. */
	private final class Relay extends ClientCall.Listener<A> {

		@Override
		public void onMessage(A message) {
			BidiStream.this.context.execute(() -> received(message));
		}

		@Override
		public void onClose(Status status, Metadata trailers) {
			Status why = status.isOk() ? Status.UNAVAILABLE.withDescription("etcd has ended the stream") : status;
			BidiStream.this.context.execute(() -> end(why.asRuntimeException(trailers)));
		}

	}

}
