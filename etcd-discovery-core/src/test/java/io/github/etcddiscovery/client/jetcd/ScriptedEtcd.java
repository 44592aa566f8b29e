package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.LongSupplier;

import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.WatchGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of the network: streams and reads are here and wait for what a schedule
 * makes etcd say, all on the thread of the caller.
 */
final class ScriptedEtcd implements ClientInterceptor {

	/** After so long the client waits for a read no more. */
	private static final long GIVEN_UP = Duration.ofMillis(3500).toNanos();

	private final List<ScriptedStream> streams = new ArrayList<>();

	private final Queue<Read<?, ?>> reads = new ArrayDeque<>();

	private final LongSupplier clock;

	ScriptedEtcd(LongSupplier clock) {
		this.clock = clock;
	}

	/** Forgets everything. */
	void clear() {
		this.streams.clear();
		this.reads.clear();
	}

	/** All streams that were opened, in that order. */
	List<ScriptedStream> streams() {
		return this.streams;
	}

	/** The read that waits for the longest time and was not given up; or null. */
	@Nullable Read<?, ?> nextRead() {
		Read<?, ?> next = this.reads.poll();
		while (next != null && this.clock.getAsLong() - next.madeAt >= GIVEN_UP) {
			next = this.reads.poll();
		}
		return next;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
		boolean watching = method.getFullMethodName().equals(WatchGrpc.getWatchMethod().getFullMethodName());
		return watching ? (ClientCall<Q, A>) new ScriptedStream(this.streams, this.clock)
				: new Read<>(this.reads, this.clock.getAsLong());
	}

	/** A read that waits for its answer. */
	static final class Read<Q, A> extends ClientCall<Q, A> {

		private final Queue<Read<?, ?>> reads;

		private final long madeAt;

		private ClientCall.@Nullable Listener<A> listener;

		private @Nullable RangeRequest request;

		Read(Queue<Read<?, ?>> reads, long madeAt) {
			this.reads = reads;
			this.madeAt = madeAt;
		}

		/**
		 * Whether it asks for the revision only: then the silence of a stream is judged.
		 */
		boolean isOfRevision() {
			return this.request.getRangeEnd().isEmpty();
		}

		/** The number of the watch whose range it is. */
		int watch() {
			String key = this.request.getKey().toStringUtf8();
			return Integer.parseInt(key.substring(1, key.length() - 1));
		}

		@SuppressWarnings("unchecked")
		void answer(long revision) {
			this.listener.onMessage((A) RangeResponse.newBuilder()
				.setHeader(ResponseHeader.newBuilder().setRevision(revision))
				.build());
			this.listener.onClose(Status.OK, new Metadata());
		}

		void refuse() {
			this.listener.onClose(Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied"),
					new Metadata());
		}

		@Override
		public void start(ClientCall.Listener<A> listener, Metadata headers) {
			this.listener = listener;
		}

		@Override
		public void sendMessage(Q message) {
			this.request = (RangeRequest) message;
			this.reads.add(this);
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

	}

}
