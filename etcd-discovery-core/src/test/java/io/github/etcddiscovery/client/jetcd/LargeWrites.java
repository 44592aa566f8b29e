package io.github.etcddiscovery.client.jetcd;

import java.util.concurrent.TimeUnit;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;

/**
 * Writes what our own client does not: many keys in one transaction, and large values.
 */
record LargeWrites(String endpoint) {

	/** Puts many keys at one revision. */
	void putAtOnce(String prefix, int keys, int size) {
		TxnRequest.Builder transaction = TxnRequest.newBuilder();
		ByteString value = ByteString.copyFrom(new byte[size]);
		for (int i = 0; i < keys; i++) {
			transaction.addSuccess(RequestOp.newBuilder()
				.setRequestPut(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(prefix + i)).setValue(value)));
		}
		withStub((stub) -> stub.txn(transaction.build()));
	}

	/** Puts very many keys, in transactions of 100. */
	void putMany(String prefix, int keys, int size) {
		ByteString value = ByteString.copyFrom(new byte[size]);
		withStub((stub) -> {
			for (int from = 0; from < keys; from += 100) {
				TxnRequest.Builder transaction = TxnRequest.newBuilder();
				for (int i = from; i < Math.min(from + 100, keys); i++) {
					ByteString key = ByteString.copyFromUtf8(prefix + String.format("%06d", i));
					transaction.addSuccess(
							RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value)));
				}
				stub.txn(transaction.build());
			}
		});
	}

	/**
	 * Puts keys one after the other, with values that no transaction could hold together.
	 */
	void putEach(String prefix, int keys, int size) {
		ByteString value = ByteString.copyFrom(new byte[size]);
		withStub((stub) -> {
			for (int i = 0; i < keys; i++) {
				stub.put(PutRequest.newBuilder()
					.setKey(ByteString.copyFromUtf8(prefix + String.format("%06d", i)))
					.setValue(value)
					.build());
			}
		});
	}

	/** Compacts up to the present revision. */
	void compact() {
		withStub((stub) -> {
			long revision = stub.range(RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("x")).build())
				.getHeader()
				.getRevision();
			stub.put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("compacted")).build());
			stub.compact(CompactionRequest.newBuilder().setRevision(revision + 1).build());
		});
	}

	/** Puts one key again and again, each time at a revision of its own. */
	void putAgainAndAgain(String key, int times, int size) {
		PutRequest put = PutRequest.newBuilder()
			.setKey(ByteString.copyFromUtf8(key))
			.setValue(ByteString.copyFrom(new byte[size]))
			.build();
		withStub((stub) -> {
			for (int i = 0; i < times; i++) {
				stub.put(put);
			}
		});
	}

	private void withStub(java.util.function.Consumer<KVGrpc.KVBlockingStub> work) {
		ManagedChannel channel = NettyChannelBuilder.forTarget(this.endpoint.replace("http://", ""))
			.usePlaintext()
			.build();
		try {
			work.accept(KVGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS));
		}
		finally {
			channel.shutdownNow();
		}
	}

}
