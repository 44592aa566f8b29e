package io.github.etcddiscovery.registry;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.etcd.jetcd.api.TxnRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Stands between a client and etcd, and has a put on its way for as long as a test likes:
 * its caller sees the deadline pass, as with a network or an etcd that stands still, and
 * etcd gets it when the test says so.
 */
final class LateRequests implements ClientInterceptor {

	private final AtomicBoolean holding = new AtomicBoolean();

	private final CompletableFuture<Runnable> held = new CompletableFuture<>();

	/** The next put is on its way from when it is sent. */
	void holdTheNextPut() {
		this.holding.set(true);
	}

	boolean holdsOne() {
		return this.held.isDone();
	}

	/** It arrives. */
	void release() {
		this.held.join().run();
	}

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> called, CallOptions options, Channel next) {
		return called.getFullMethodName().equals("etcdserverpb.KV/Txn")
				? new Late<>(next.newCall(called, options.withDeadline(null)), options.getDeadline())
				: next.newCall(called, options);
	}

	private static boolean puts(Object request) {
		return request instanceof TxnRequest transaction
				&& transaction.getSuccessList().stream().anyMatch((each) -> each.hasRequestPut());
	}

	private final class Late<Q, A> extends SimpleForwardingClientCall<Q, A> {

		private final Deadline deadline;

		private final AtomicBoolean over = new AtomicBoolean();

		private boolean late;

		private Listener<A> caller;

		private Late(ClientCall<Q, A> call, Deadline deadline) {
			super(call);
			this.deadline = deadline;
		}

		@Override
		public void start(Listener<A> listener, Metadata headers) {
			this.caller = listener;
			super.start(new SimpleForwardingClientCallListener<>(listener) {

				@Override
				public void onMessage(A message) {
					if (!Late.this.late) {
						super.onMessage(message);
					}
				}

				@Override
				public void onClose(Status status, Metadata trailers) {
					if (!Late.this.late) {
						super.onClose(status, trailers);
					}
				}

			}, headers);
		}

		@Override
		public void sendMessage(Q message) {
			this.late = puts(message) && LateRequests.this.holding.compareAndSet(true, false);
			if (this.late) {
				LateRequests.this.held.complete(() -> {
					super.sendMessage(message);
					super.halfClose();
				});
				CompletableFuture
					.delayedExecutor(this.deadline.timeRemaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS)
					.execute(() -> end(Status.DEADLINE_EXCEEDED));
			}
			else {
				super.sendMessage(message);
			}
		}

		@Override
		public void halfClose() {
			if (!this.late) {
				super.halfClose();
			}
		}

		@Override
		public void cancel(String message, Throwable cause) {
			if (this.late) {
				end(Status.CANCELLED);
			}
			else {
				super.cancel(message, cause);
			}
		}

		private void end(Status status) {
			if (this.over.compareAndSet(false, true)) {
				this.caller.onClose(status, new Metadata());
			}
		}

	}

}
