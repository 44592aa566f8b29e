package io.github.etcddiscovery.registry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Stands between a client and etcd, as a proxy would, and says in etcd's place how a call
 * has ended: instead of sending its request, or instead of passing on an answer.
 */
final class FalseAnswers implements ClientInterceptor {

	private final String method;

	private final Status end;

	/** Which requests are not sent. */
	private final Predicate<Object> requests;

	/** Which answers are not passed on. */
	private final Predicate<Object> answers;

	/** How many more are to be given. */
	private final AtomicInteger left = new AtomicInteger();

	private final AtomicInteger given = new AtomicInteger();

	private FalseAnswers(String method, Status end, Predicate<Object> requests, Predicate<Object> answers) {
		this.method = method;
		this.end = end;
		this.requests = requests;
		this.answers = answers;
	}

	/** etcd does not come to see the request. */
	static FalseAnswers insteadOfRequests(String method, Status end) {
		return new FalseAnswers(method, end, (request) -> true, (answer) -> false);
	}

	/** etcd has done what was asked for. */
	static FalseAnswers insteadOfAnswers(String method, Status end, Predicate<Object> answers) {
		return new FalseAnswers(method, end, (request) -> false, answers);
	}

	/** Gives so many, to the next that there are. */
	FalseAnswers next(int answers) {
		this.left.set(answers);
		return this;
	}

	/** How many were given. */
	int given() {
		return this.given.get();
	}

	private boolean take() {
		boolean taken = this.left.getAndUpdate((before) -> Math.max(0, before - 1)) > 0;
		if (taken) {
			this.given.incrementAndGet();
		}
		return taken;
	}

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> called, CallOptions options, Channel next) {
		ClientCall<Q, A> call = next.newCall(called, options);
		return called.getFullMethodName().equals(this.method) ? new Ending<>(call) : call;
	}

	private final class Ending<Q, A> extends SimpleForwardingClientCall<Q, A> {

		private volatile boolean ended;

		private Ending(ClientCall<Q, A> call) {
			super(call);
		}

		@Override
		public void start(Listener<A> listener, Metadata headers) {
			super.start(new SimpleForwardingClientCallListener<>(listener) {

				@Override
				public void onMessage(A message) {
					Ending.this.ended |= FalseAnswers.this.answers.test(message) && take();
					if (!Ending.this.ended) {
						super.onMessage(message);
					}
				}

				@Override
				public void onClose(Status status, Metadata trailers) {
					super.onClose(Ending.this.ended ? FalseAnswers.this.end : status,
							Ending.this.ended ? new Metadata() : trailers);
				}

			}, headers);
		}

		@Override
		public void sendMessage(Q message) {
			if (FalseAnswers.this.requests.test(message) && take()) {
				this.ended = true;
				cancel("answered in etcd's place", null);
			}
			else if (!this.ended) {
				super.sendMessage(message);
			}
		}

		@Override
		public void halfClose() {
			if (!this.ended) {
				super.halfClose();
			}
		}

	}

}
