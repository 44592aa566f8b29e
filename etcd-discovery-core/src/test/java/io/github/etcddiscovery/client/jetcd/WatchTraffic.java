package io.github.etcddiscovery.client.jetcd;

import java.util.concurrent.atomic.AtomicInteger;

import io.etcd.jetcd.api.WatchRequest;
import io.github.etcddiscovery.client.Watch;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** Counts what goes over the streams of watches, and the reads beside them. */
final class WatchTraffic implements ClientInterceptor {

	final AtomicInteger streams = new AtomicInteger();

	final AtomicInteger received = new AtomicInteger();

	final AtomicInteger progressRequests = new AtomicInteger();

	final AtomicInteger reads = new AtomicInteger();

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
		ClientCall<Q, A> call = next.newCall(method, options);
		if (method.getFullMethodName().equals("etcdserverpb.KV/Range")) {
			this.reads.incrementAndGet();
		}
		if (!method.getFullMethodName().equals("etcdserverpb.Watch/Watch")) {
			return call;
		}
		this.streams.incrementAndGet();
		return new SimpleForwardingClientCall<>(call) {

			@Override
			public void start(Listener<A> listener, Metadata headers) {
				super.start(new SimpleForwardingClientCallListener<>(listener) {

					@Override
					public void onMessage(A message) {
						// Before anybody can have been told of it.
						WatchTraffic.this.received.incrementAndGet();
						super.onMessage(message);
					}

				}, headers);
			}

			@Override
			public void sendMessage(Q message) {
				super.sendMessage(message);
				if (((WatchRequest) message).hasProgressRequest()) {
					WatchTraffic.this.progressRequests.incrementAndGet();
				}
			}

		};
	}

}
