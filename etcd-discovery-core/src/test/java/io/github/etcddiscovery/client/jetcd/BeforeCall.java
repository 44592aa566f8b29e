package io.github.etcddiscovery.client.jetcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

/** Does something before each call of one method. */
record BeforeCall(String method, Runnable action) implements ClientInterceptor {

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> called, CallOptions options, Channel next) {
		if (called.getFullMethodName().equals(this.method)) {
			this.action.run();
		}
		return next.newCall(called, options);
	}

}
