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

	static final String OTHER_CLUSTER = "another cluster of etcd has answered";

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
				super.onClose(Status.UNAVAILABLE.withDescription(OTHER_CLUSTER + " at " + this.otherCluster), trailers);
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

}
