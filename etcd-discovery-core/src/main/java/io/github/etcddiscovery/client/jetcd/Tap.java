package io.github.etcddiscovery.client.jetcd;

import io.etcd.jetcd.Client;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Gets at the channel of a jetcd client, which jetcd hands out to interceptors only:
 * jetcd's own calls log each failure, cannot share a login, and hang or lose events in
 * ways that its stubs do not.
 */
final class Tap implements ClientInterceptor {

	private @Nullable Channel channel;

	Channel channelOf(Client client) {
		client.getClusterClient().listMember();
		if (this.channel == null) {
			client.close();
			throw new IllegalStateException("this version of jetcd makes calls without its interceptors");
		}
		return this.channel;
	}

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
		this.channel = next;
		return new NoCall<>();
	}

	/** A call that goes nowhere. */
	private static final class NoCall<Q, A> extends ClientCall<Q, A> {

		@Override
		public void start(Listener<A> listener, Metadata headers) {
		}

		@Override
		public void request(int messages) {
		}

		@Override
		public void cancel(@Nullable String message, @Nullable Throwable cause) {
		}

		@Override
		public void halfClose() {
		}

		@Override
		public void sendMessage(Q message) {
		}

	}

}
