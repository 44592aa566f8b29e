package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * A server that says of watches what a test wants it to say, when it wants. Reads are
 * counted, and answered with a revision or a refusal.
 */
final class FakeEtcd implements AutoCloseable {

	private static final int SECONDS = 10;

	private final Server server;

	private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();

	final AtomicInteger reads = new AtomicInteger();

	volatile long revision = 1;

	/** With what reads are refused; OK for not at all. */
	volatile Status readsRefused = Status.OK;

	FakeEtcd() throws IOException {
		this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
			.addService(new Watching())
			.addService(new Reading())
			.build()
			.start();
	}

	String endpoint() {
		return "http://127.0.0.1:" + this.server.getPort();
	}

	/** The next stream that a client opens. */
	Stream nextStream() throws InterruptedException {
		Stream next = this.streams.poll(SECONDS, TimeUnit.SECONDS);
		if (next == null) {
			throw new AssertionError("no stream was opened");
		}
		return next;
	}

	boolean hasNoOtherStream() {
		return this.streams.isEmpty();
	}

	static WatchResponse.Builder created(long id) {
		return message(id).setCreated(true);
	}

	static WatchResponse.Builder refused(String reason) {
		return message(-1).setCreated(true).setCanceled(true).setCancelReason(reason);
	}

	static WatchResponse.Builder message(long id) {
		return WatchResponse.newBuilder().setHeader(ResponseHeader.newBuilder().setRevision(100)).setWatchId(id);
	}

	static WatchResponse.Builder events(long id, Event... events) {
		WatchResponse.Builder message = message(id);
		for (Event event : events) {
			message.addEvents(event);
		}
		return message;
	}

	static Event put(String key, long revision) {
		return put(key, revision, 1);
	}

	static Event put(String key, long revision, int size) {
		return Event.newBuilder()
			.setKv(KeyValue.newBuilder()
				.setKey(ByteString.copyFromUtf8(key))
				.setValue(ByteString.copyFrom(new byte[size]))
				.setModRevision(revision))
			.build();
	}

	static WatchResponse.Builder continued(WatchResponse.Builder message) {
		return message.setUnknownFields(UnknownFieldSet.newBuilder()
			.addField(7, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
			.build());
	}

	@Override
	public void close() {
		this.server.shutdownNow();
	}

	/** A stream that a client has opened. */
	static final class Stream implements StreamObserver<WatchRequest> {

		private final ServerCallStreamObserver<WatchResponse> responses;

		private final BlockingQueue<WatchRequest> requests = new LinkedBlockingQueue<>();

		volatile boolean cancelled;

		Stream(StreamObserver<WatchResponse> responses) {
			this.responses = (ServerCallStreamObserver<WatchResponse>) responses;
			this.responses.setOnCancelHandler(() -> this.cancelled = true);
		}

		/** The next thing that the client says. */
		WatchRequest next() throws InterruptedException {
			WatchRequest next = this.requests.poll(SECONDS, TimeUnit.SECONDS);
			if (next == null) {
				throw new AssertionError("the client said nothing");
			}
			return next;
		}

		boolean saidNothingElse() {
			return this.requests.isEmpty();
		}

		void say(WatchResponse.Builder... messages) {
			for (WatchResponse.Builder message : messages) {
				this.responses.onNext(message.build());
			}
		}

		boolean canTakeMore() {
			return this.responses.isReady();
		}

		void fail(Status status) {
			this.responses.onError(status.asRuntimeException());
		}

		void complete() {
			this.responses.onCompleted();
		}

		@Override
		public void onNext(WatchRequest request) {
			this.requests.add(request);
		}

		@Override
		public void onError(Throwable error) {
			this.cancelled = true;
		}

		@Override
		public void onCompleted() {
		}

	}

	private final class Watching extends WatchGrpc.WatchImplBase {

		@Override
		public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
			Stream stream = new Stream(responses);
			FakeEtcd.this.streams.add(stream);
			return stream;
		}

	}

	private final class Reading extends KVGrpc.KVImplBase {

		@Override
		public void range(RangeRequest request, StreamObserver<RangeResponse> responses) {
			FakeEtcd.this.reads.incrementAndGet();
			if (!FakeEtcd.this.readsRefused.isOk()) {
				responses.onError(FakeEtcd.this.readsRefused.asRuntimeException());
				return;
			}
			responses.onNext(RangeResponse.newBuilder()
				.setHeader(ResponseHeader.newBuilder().setRevision(FakeEtcd.this.revision))
				.build());
			responses.onCompleted();
		}

	}

}
