package io.github.etcddiscovery.client.jetcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.MethodDescriptor;

/** An interceptor of a user, of whose calls nobody knows what they do. */
final class ThrowsWhenCancelled implements ClientInterceptor {

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
		return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {

			@Override
			public void cancel(String message, Throwable cause) {
				super.cancel(message, cause);
				throw new IllegalStateException("as a test has it");
			}

		};
	}

}
