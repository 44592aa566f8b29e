package io.github.etcddiscovery.client.jetcd;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.grpc.MethodDescriptor;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;

/**
 * What etcd answers to a range request, read off the wire without jetcd's message: a list
 * can be long, and that message costs four times what is kept of it. Values that are too
 * long are passed over.
 *
 * @param cluster id of the cluster that has answered
 * @param revision revision of the store
 * @param entries what was found
 * @param more whether there is more than was asked for
 * @param count how many entries there are in all
 * @param bytes length of the answer
 */
record RangeAnswer(long cluster, long revision, List<Entry> entries, boolean more, long count, long bytes) {

	/** Reads the answers of a call of which nobody wants jetcd's message. */
	static final MethodDescriptor.Marshaller<RangeAnswer> MARSHALLER = new Marshaller();

	/**
	 * Reads an answer.
	 * @param in the message {@code etcdserverpb.RangeResponse}
	 * @return the answer
	 * @throws IOException if it is no such message
	 */
	static RangeAnswer read(InputStream in) throws IOException {
		return new Reading(CodedInputStream.newInstance(in)).answer();
	}

	/**
	 * Returns what was found, where values were not asked for because they are too long.
	 * @return the entries, each of them said to be oversized
	 */
	List<Entry> withoutValues() {
		return this.entries.stream()
			.map((entry) -> new Entry(entry.key(), Bytes.EMPTY, entry.lease(), entry.modRevision(), true))
			.toList();
	}

	/** The answer as far as it was read. */
	private static final class Reading {

		/** Type of the fields that are no numbers; a tag is number and type. */
		private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

		private final CodedInputStream in;

		private final List<Entry> entries = new ArrayList<>();

		private long cluster;

		private long revision;

		private boolean more;

		private long count;

		// The entry that is being read.

		private Bytes key = Bytes.EMPTY;

		private Bytes value = Bytes.EMPTY;

		private boolean oversized;

		private long lease;

		private long modRevision;

		Reading(CodedInputStream in) {
			this.in = in;
		}

		RangeAnswer answer() throws IOException {
			eachField((tag) -> {
				switch (tag) {
					case RangeResponse.HEADER_FIELD_NUMBER << 3 | BYTES -> message(this::header);
					case RangeResponse.KVS_FIELD_NUMBER << 3 | BYTES -> entry();
					case RangeResponse.MORE_FIELD_NUMBER << 3 -> this.more = this.in.readBool();
					case RangeResponse.COUNT_FIELD_NUMBER << 3 -> this.count = this.in.readInt64();
					default -> skip(tag);
				}
			});
			return new RangeAnswer(this.cluster, this.revision, this.entries, this.more, this.count,
					this.in.getTotalBytesRead());
		}

		private void header(int tag) throws IOException {
			switch (tag) {
				case ResponseHeader.CLUSTER_ID_FIELD_NUMBER << 3 -> this.cluster = this.in.readUInt64();
				case ResponseHeader.REVISION_FIELD_NUMBER << 3 -> this.revision = this.in.readInt64();
				default -> skip(tag);
			}
		}

		private void entry() throws IOException {
			this.key = Bytes.EMPTY;
			this.value = Bytes.EMPTY;
			this.oversized = false;
			this.lease = 0;
			this.modRevision = 0;
			message(this::entryField);
			this.entries.add(new Entry(this.key, this.value, this.lease, this.modRevision, this.oversized));
		}

		private void entryField(int tag) throws IOException {
			switch (tag) {
				case KeyValue.KEY_FIELD_NUMBER << 3 | BYTES -> this.key = Bytes.ofOwned(this.in.readByteArray());
				case KeyValue.MOD_REVISION_FIELD_NUMBER << 3 -> this.modRevision = this.in.readInt64();
				case KeyValue.VALUE_FIELD_NUMBER << 3 | BYTES -> value(this.in.readRawVarint32());
				case KeyValue.LEASE_FIELD_NUMBER << 3 -> this.lease = this.in.readInt64();
				default -> skip(tag);
			}
		}

		private void value(int length) throws IOException {
			this.oversized = length > Entry.MAX_VALUE;
			if (this.oversized) {
				this.in.skipRawBytes(length);
			}
			else {
				this.value = Bytes.ofOwned(this.in.readRawBytes(length));
			}
		}

		/** Reads a message within the message, which has to end where it says. */
		private void message(Field field) throws IOException {
			int outer = this.in.pushLimit(this.in.readRawVarint32());
			eachField(field);
			if (this.in.getBytesUntilLimit() != 0) {
				throw new EOFException("the message ends within a field");
			}
			this.in.popLimit(outer);
		}

		private void eachField(Field field) throws IOException {
			for (int tag = this.in.readTag(); tag != 0; tag = this.in.readTag()) {
				field.read(tag);
			}
		}

		private void skip(int tag) throws IOException {
			if (!this.in.skipField(tag)) {
				throw new IOException("a group ends that has not begun");
			}
		}

	}

	/** Reads what follows a tag. */
	private interface Field {

		void read(int tag) throws IOException;

	}

	private static final class Marshaller implements MethodDescriptor.Marshaller<RangeAnswer> {

		@Override
		public InputStream stream(RangeAnswer answer) {
			throw new UnsupportedOperationException("answers are read, not written");
		}

		@Override
		public RangeAnswer parse(InputStream in) {
			try {
				return read(in);
			}
			catch (IOException ex) {
				throw new UncheckedIOException("what was answered is no message of etcd", ex);
			}
		}

	}

}
