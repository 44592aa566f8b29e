package io.github.etcddiscovery.client.jetcd;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every answer, of calls and streams alike, and passes on what our cluster says.
 * What another cluster says ends the call as if nothing had been answered.
 */
final class AnswerCheck implements ClientInterceptor {

	private static final long UNKNOWN = 0;

	private final Clusters clusters;

	AnswerCheck(Clusters clusters) {
		this.clusters = clusters;
	}

	/**
	 * Returns where a call was answered.
	 * @param call a call that has begun to be answered
	 * @return the address; null where it is not known
	 */
	static @Nullable InetSocketAddress from(ClientCall<?, ?> call) {
		SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
		return (address instanceof InetSocketAddress socket) ? socket : null;
	}

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
		return new SimpleForwardingClientCall<>(next.newCall(method, options)) {

			@Override
			public void start(Listener<A> listener, Metadata headers) {
				super.start(new Checked<>(listener, delegate()), headers);
			}

		};
	}

	private final class Checked<A> extends SimpleForwardingClientCallListener<A> {

		private final ClientCall<?, A> call;

		private @Nullable InetSocketAddress otherCluster;

		Checked(ClientCall.Listener<A> listener, ClientCall<?, A> call) {
			super(listener);
			this.call = call;
		}

		@Override
		public void onMessage(A message) {
			long cluster = Messages.cluster(message);
			InetSocketAddress from = (cluster != UNKNOWN) ? from(this.call) : null;
			if (from == null || AnswerCheck.this.clusters.isOurs(from, cluster)) {
				super.onMessage(message);
			}
			else {
				this.otherCluster = from;
				this.call.cancel("another cluster has answered", null);
			}
		}

		@Override
		public void onClose(Status status, Metadata trailers) {
			if (this.otherCluster != null) {
				super.onClose(Status.UNAVAILABLE
					.withDescription("another cluster of etcd has answered at " + this.otherCluster), trailers);
				return;
			}
			InetSocketAddress from = from(this.call);
			if (from != null && Failure.foreign(status)) {
				AnswerCheck.this.clusters.noEtcdAt(from, status);
			}
			super.onClose(status, trailers);
		}

	}

	/**
	 * Who answers at an address.
	 *
	 * @param kind what it is
	 * @param cluster id of the cluster where etcd says it, else 0
	 */
	record Identity(Kind kind, long cluster) {

		private static final long UNKNOWN = 0;

		static final Identity NONE = new Identity(Kind.NONE, UNKNOWN);

		static Identity of(long cluster) {
			return new Identity(Kind.ETCD, cluster);
		}

		/** A refusal is an answer of etcd, too. */
		static Identity of(Throwable error) {
			if (Failure.foreign(Failure.status(error))) {
				return new Identity(Kind.NO_ETCD, UNKNOWN);
			}
			return Failure.unanswered(error) ? NONE : new Identity(Kind.ETCD, UNKNOWN);
		}

		enum Kind {

			/** etcd. */
			ETCD,

			/** Something that cannot be etcd, or a member that serves no clients. */
			NO_ETCD,

			/** Nothing in time. */
			NONE

		}

	}

	/**
	 * Why no connection came up last. A call that ends before one is up is told nothing
	 * of that by gRPC, which describes its own parts instead: here it is put into words.
	 */
	static final class LastTransportError {

		/** From here on gRPC describes its own parts. */
		private static final String INTERNALS = ". Name resolution delay";

		/** What a call has that was sent somewhere. */
		private static final String SENT = "remote_addr=";

		/** How gRPC begins where it has sent nothing because the deadline had passed. */
		private static final String TOO_LATE = "ClientCall started after";

		/** Null where a call was answered since, or nothing has failed yet. */
		private volatile @Nullable Throwable cause;

		/** Forgets it, because etcd has answered. */
		void forget() {
			if (this.cause != null) {
				this.cause = null;
			}
		}

		/**
		 * Notes how a call ended that had no answer.
		 * @param error how
		 */
		void note(Throwable error) {
			Status status = Failure.status(error);
			if (status.getCode() == Status.Code.UNAVAILABLE && status.getCause() != null) {
				this.cause = status.getCause();
			}
		}

		/**
		 * Says in words what gRPC says of a call that has ended by its deadline.
		 * @param error how the call ended
		 * @return the same, without what only gRPC understands, and with the reason where
		 * there was no connection
		 */
		Throwable explain(Throwable error) {
			Status status = Failure.status(error);
			String text = status.getDescription();
			if (status.getCode() != Status.Code.DEADLINE_EXCEEDED || text == null) {
				return error;
			}
			if (text.startsWith(TOO_LATE)) {
				return status.withDescription("no time was left to send it").asRuntimeException();
			}
			int internals = text.indexOf(INTERNALS);
			if (internals < 0) {
				return error;
			}
			if (text.contains(SENT)) {
				return status.withDescription(text.substring(0, internals)).asRuntimeException();
			}
			Throwable last = this.cause;
			return status
				.withDescription(
						(last != null) ? "there was no connection, the last one failed" : "there was no connection yet")
				.withCause(last)
				.asRuntimeException();
		}

	}

}
