package io.github.etcddiscovery.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;

/**
 * etcd by gRPC's own stubs, with nothing of ours: the floor that everything is measured
 * against, and the writer of what is measured. Thread-safe.
 */
final class RawEtcd implements AutoCloseable {

	private final ManagedChannel channel;

	RawEtcd(String endpoint) {
		URI uri = URI.create(endpoint);
		this.channel = ManagedChannelBuilder.forAddress(uri.getHost(), uri.getPort())
			.usePlaintext()
			.maxInboundMessageSize(Integer.MAX_VALUE)
			.build();
	}

	static ByteString bytes(Bytes bytes) {
		return ByteString.copyFrom(bytes.toByteArray());
	}

	/** Grants a lease and returns its id. */
	long grant(Duration ttl) {
		Answer<LeaseGrantResponse> answer = new Answer<>();
		LeaseGrpc.newStub(this.channel)
			.leaseGrant(LeaseGrantRequest.newBuilder().setTTL(ttl.toSeconds()).build(), answer);
		return answer.join().getID();
	}

	CompletableFuture<PutResponse> put(Entry entry) {
		Answer<PutResponse> answer = new Answer<>();
		KVGrpc.newStub(this.channel).put(entry.toPut(), answer);
		return answer;
	}

	/** One transaction that puts a key that is not there, and reads one that is. */
	CompletableFuture<TxnResponse> create(Entry entry) {
		RangeRequest read = RangeRequest.newBuilder().setKey(entry.key()).build();
		return commit(TxnRequest.newBuilder()
			.addCompare(Compare.newBuilder()
				.setTarget(Compare.CompareTarget.MOD)
				.setResult(Compare.CompareResult.EQUAL)
				.setKey(entry.key())
				.setModRevision(0))
			.addSuccess(RequestOp.newBuilder().setRequestPut(entry.toPut()))
			.addFailure(RequestOp.newBuilder().setRequestRange(read))
			.build());
	}

	/** One transaction for some entries. */
	CompletableFuture<TxnResponse> putAll(List<Entry> entries) {
		TxnRequest.Builder request = TxnRequest.newBuilder();
		entries.forEach((entry) -> request.addSuccess(RequestOp.newBuilder().setRequestPut(entry.toPut())));
		return commit(request.build());
	}

	private CompletableFuture<TxnResponse> commit(TxnRequest request) {
		Answer<TxnResponse> answer = new Answer<>();
		KVGrpc.newStub(this.channel).txn(request, answer);
		return answer;
	}

	/** One unpaged read. */
	List<KeyValue> read(KeyRange range) {
		Answer<RangeResponse> answer = new Answer<>();
		KVGrpc.newStub(this.channel)
			.range(RangeRequest.newBuilder().setKey(bytes(range.start())).setRangeEnd(bytes(range.end())).build(),
					answer);
		return answer.join().getKvsList();
	}

	/** Watches from now on; returns when etcd has said that it does. */
	void watch(KeyRange range, Consumer<WatchResponse> listener) {
		Answer<WatchResponse> created = new Answer<>() {

			@Override
			public void onNext(WatchResponse response) {
				super.onNext(response);
				listener.accept(response);
			}

		};
		WatchGrpc.newStub(this.channel)
			.watch(created)
			.onNext(WatchRequest.newBuilder()
				.setCreateRequest(
						WatchCreateRequest.newBuilder().setKey(bytes(range.start())).setRangeEnd(bytes(range.end())))
				.build());
		created.join();
	}

	@Override
	public void close() {
		this.channel.shutdownNow();
	}

	/**
	 * What is written.
	 *
	 * @param key key
	 * @param value value
	 * @param lease id of the lease, or 0
	 */
	record Entry(ByteString key, ByteString value, long lease) {

		private PutRequest toPut() {
			return PutRequest.newBuilder().setKey(this.key).setValue(this.value).setLease(this.lease).build();
		}

	}

	/** The first message of an answer. */
	private static class Answer<T> extends CompletableFuture<T> implements StreamObserver<T> {

		@Override
		public void onNext(T message) {
			complete(message);
		}

		@Override
		public void onError(Throwable failure) {
			completeExceptionally(failure);
		}

		@Override
		public void onCompleted() {
		}

	}

}
