package io.github.etcddiscovery.client.jetcd;

import java.util.List;
import java.util.stream.Stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchCancelRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.Write;

/**
 * Our values as etcd's messages, and back.
 */
final class Messages {

	/** The cheapest read there is: any member answers it from memory. */
	static final RangeRequest SIGN_OF_LIFE = RangeRequest.newBuilder()
		.setKey(ByteString.copyFrom(new byte[1]))
		.setSerializable(true)
		.setCountOnly(true)
		.build();

	/** Asks for a sign of life of all watches of a stream. */
	static final WatchRequest PROGRESS = WatchRequest.newBuilder()
		.setProgressRequest(WatchProgressRequest.getDefaultInstance())
		.build();

	/** {@code WatchResponse.fragment}, which jetcd's messages do not know. */
	private static final int FRAGMENT = 7;

	/** {@code WatchCreateRequest.fragment}, set: jetcd's messages do not know it. */
	private static final UnknownFieldSet IN_FRAGMENTS = UnknownFieldSet.newBuilder()
		.addField(8, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
		.build();

	/** A watch that nothing is ever told of. */
	static final WatchRequest ANY_WATCH = WatchRequest.newBuilder()
		.setCreateRequest(WatchCreateRequest.newBuilder().setKey(ByteString.copyFrom(new byte[1])))
		.build();

	private Messages() {
	}

	/**
	 * Asks for the revision of etcd, linearizably: the cheapest read of that kind that
	 * may be made by who may read a range.
	 * @param range the range
	 * @return the request
	 */
	static RangeRequest head(KeyRange range) {
		return RangeRequest.newBuilder().setKey(bytes(range.start())).setCountOnly(true).build();
	}

	static RangeRequest count(KeyRange range) {
		return range(range).setCountOnly(true).build();
	}

	/**
	 * Asks for a page: the first of what is left of a range.
	 * @param range what is left
	 * @param revision at which revision; 0 for the newest, linearizably
	 * @param keysOnly whether to leave the values out
	 * @param limit how many entries at most; 0 for all
	 * @return the request
	 */
	static RangeRequest page(KeyRange range, long revision, boolean keysOnly, int limit) {
		return range(range).setLimit(limit).setRevision(revision).setKeysOnly(keysOnly).build();
	}

	private static RangeRequest.Builder range(KeyRange range) {
		return RangeRequest.newBuilder().setKey(bytes(range.start())).setRangeEnd(bytes(range.end()));
	}

	static TxnRequest transaction(Write write) {
		ByteString key = bytes(write.key());
		RequestOp.Builder change = RequestOp.newBuilder();
		if (write instanceof Write.Put put) {
			change
				.setRequestPut(PutRequest.newBuilder().setKey(key).setValue(bytes(put.value())).setLease(put.lease()));
		}
		else {
			change.setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key));
		}
		Compare.Builder unchanged = Compare.newBuilder()
			.setKey(key)
			.setTarget(Compare.CompareTarget.MOD)
			.setResult(Compare.CompareResult.EQUAL)
			.setModRevision(write.expectedRevision());
		return TxnRequest.newBuilder().addCompare(unchanged).addSuccess(change).addFailure(get(key)).build();
	}

	/** Reads keys at one revision; 0 for the newest. */
	static TxnRequest read(List<Bytes> keys, long revision, boolean keysOnly) {
		TxnRequest.Builder request = TxnRequest.newBuilder();
		for (Bytes key : keys) {
			RangeRequest.Builder get = RangeRequest.newBuilder()
				.setKey(bytes(key))
				.setRevision(revision)
				.setKeysOnly(keysOnly);
			request.addSuccess(RequestOp.newBuilder().setRequestRange(get));
		}
		return request.build();
	}

	private static RequestOp get(ByteString key) {
		return RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)).build();
	}

	/** Returns the entries that the reads of a transaction have found. */
	static List<Entry> found(TxnResponse answer) {
		return reads(answer).map(Messages::entry).toList();
	}

	/** The same, where values were left out because they are too long. */
	static List<Entry> foundOversized(TxnResponse answer) {
		return reads(answer).map(Messages::oversized).toList();
	}

	private static Stream<KeyValue> reads(TxnResponse answer) {
		return answer.getResponsesList()
			.stream()
			.flatMap((response) -> response.getResponseRange().getKvsList().stream());
	}

	static WatchRequest watch(KeyRange range, long fromRevision) {
		return WatchRequest.newBuilder()
			.setCreateRequest(WatchCreateRequest.newBuilder()
				.setKey(bytes(range.start()))
				.setRangeEnd(bytes(range.end()))
				.setStartRevision(fromRevision)
				.setUnknownFields(IN_FRAGMENTS))
			.build();
	}

	static WatchRequest cancel(long id) {
		return WatchRequest.newBuilder().setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id)).build();
	}

	/**
	 * Tells whether etcd has split what it had to tell of a watch, and this is not the
	 * last part.
	 * @param response what etcd has sent
	 * @return whether the next message goes on where this one ends
	 */
	static boolean isContinued(WatchResponse response) {
		return response.getUnknownFields().getField(FRAGMENT).getVarintList().contains(1L);
	}

	/** Tells whether an entry is told of, because its key is not too long. */
	static boolean hasShortKey(KeyValue entry) {
		return entry.getKey().size() <= Entry.MAX_KEY;
	}

	/** Returns the events of keys that are not too long. */
	static List<WatchEvent> events(List<Event> events) {
		return events.stream()
			.filter((event) -> hasShortKey(event.getKv()))
			.map((event) -> new WatchEvent(
					(event.getType() == Event.EventType.DELETE) ? WatchEvent.Type.DELETE : WatchEvent.Type.PUT,
					entry(event.getKv())))
			.toList();
	}

	static Entry entry(KeyValue entry) {
		return (entry.getValue().size() > Entry.MAX_VALUE) ? oversized(entry)
				: new Entry(bytes(entry.getKey()), bytes(entry.getValue()), entry.getLease(), entry.getModRevision());
	}

	static Entry oversized(KeyValue entry) {
		return new Entry(bytes(entry.getKey()), Bytes.EMPTY, entry.getLease(), entry.getModRevision(), true);
	}

	/**
	 * Returns which cluster an answer is of. Protobuf knows itself where the header is,
	 * but has to read its own description of all messages first, which takes a fresh JVM
	 * longer than to read the answer.
	 * @param answer what etcd, or something else, has answered
	 * @return the id; 0 where nothing is said
	 */
	static long cluster(Object answer) {
		return header(answer).getClusterId();
	}

	private static ResponseHeader header(Object answer) {
		if (answer instanceof WatchResponse watch) {
			return watch.getHeader();
		}
		if (answer instanceof LeaseKeepAliveResponse renewal) {
			return renewal.getHeader();
		}
		if (answer instanceof TxnResponse transaction) {
			return transaction.getHeader();
		}
		if (answer instanceof RangeResponse range) {
			return range.getHeader();
		}
		if (answer instanceof LeaseTimeToLiveResponse lease) {
			return lease.getHeader();
		}
		if (answer instanceof LeaseGrantResponse lease) {
			return lease.getHeader();
		}
		if (answer instanceof LeaseRevokeResponse lease) {
			return lease.getHeader();
		}
		return (answer instanceof AuthenticateResponse login) ? login.getHeader() : ResponseHeader.getDefaultInstance();
	}

	static Bytes bytes(ByteString bytes) {
		return bytes.isEmpty() ? Bytes.EMPTY : Bytes.ofOwned(bytes.toByteArray());
	}

	private static ByteString bytes(Bytes bytes) {
		return UnsafeByteOperations.unsafeWrap(bytes.toByteArray()); // a copy already
	}

}
