package io.github.etcddiscovery.model;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

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

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;

/**
 * Stands between a client and etcd, and has a write on its way for as long as a test
 * likes: its caller sees the deadline pass, as with a network or an etcd that stands
 * still, and etcd gets it when the test says so.
 */
public final class LateRequests implements ClientInterceptor {

	/** Which of the next writes it is: 1 for the very next, 0 for none. */
	private final AtomicInteger toHold = new AtomicInteger();

	private final CompletableFuture<Void> answered = new CompletableFuture<>();

	private final CompletableFuture<Runnable> held = new CompletableFuture<>();

	/** The next write is on its way from when it is sent. */
	public void holdTheNextWrite() {
		this.toHold.set(1);
	}

	/** The one that takes over a key: the first write says what stands there. */
	public void holdTheWriteAfterTheNext() {
		this.toHold.set(2);
	}

	/** Returns whether one is on its way. */
	public boolean holdsOne() {
		return this.held.isDone();
	}

	/** Returns whether etcd has answered the one that was on its way. */
	boolean isAnswered() {
		return this.answered.isDone();
	}

	/** It arrives. */
	public void release() {
		this.held.join().run();
	}

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> called, CallOptions options, Channel next) {
		return called.getFullMethodName().equals("etcdserverpb.KV/Txn")
				? new Late<>(next.newCall(called, options.withDeadline(null)), options.getDeadline())
				: next.newCall(called, options);
	}

	private static boolean writes(Object request) {
		return request instanceof TxnRequest transaction && transaction.getSuccessList()
			.stream()
			.anyMatch((each) -> each.hasRequestPut() || each.hasRequestDeleteRange());
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
					if (Late.this.late) {
						LateRequests.this.answered.complete(null);
					}
					else {
						super.onClose(status, trailers);
					}
				}

			}, headers);
		}

		@Override
		public void sendMessage(Q message) {
			this.late = writes(message)
					&& LateRequests.this.toHold.getAndUpdate((number) -> Math.max(0, number - 1)) == 1;
			if (this.late) {
				LateRequests.this.held.complete(() -> {
					super.sendMessage(message);
					super.halfClose();
				});
				CompletableFuture
					.delayedExecutor(this.deadline.timeRemaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS,
							OWN_THREADS)
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
