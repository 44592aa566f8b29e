package io.github.etcddiscovery.client.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

import io.grpc.MethodDescriptor;
import io.grpc.Status;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What etcd answers to a range request, read off the wire without jetcd's message: a list
 * can be long, and that message costs four times what is kept of it. Values that are too
 * long are passed over. Not part of the API that users write against; may change.
 *
 * @param cluster id of the cluster that has answered
 * @param revision revision of the store
 * @param entries what was found
 * @param more whether there is more than was asked for
 * @param count how many entries there are in all
 * @param bytes length of the answer
 */
public record RangeAnswer(long cluster, long revision, List<Entry> entries, boolean more, long count, long bytes) {

	/** Reads the answers of a call of which nobody wants jetcd's message. */
	public static final MethodDescriptor.Marshaller<RangeAnswer> MARSHALLER = new Marshaller();

	/**
	 * Reads an answer.
	 * @param in the message {@code etcdserverpb.RangeResponse}
	 * @return the answer
	 * @throws IOException if it is no such message
	 */
	public static RangeAnswer read(InputStream in) throws IOException {
		return new Reading(new WireReader(in)).answer();
	}

	/**
	 * Returns what was found, where values were not asked for because they are too long.
	 * @return the entries, each of them said to be oversized
	 */
	public List<Entry> withoutValues() {
		return this.entries.stream()
			.map((entry) -> new Entry(entry.key(), Bytes.EMPTY, entry.lease(), entry.modRevision(), true))
			.toList();
	}

	/** The answer as far as it was read. */
	private static final class Reading {

		// Number and type of each field, as etcd's rpc.proto and kv.proto have them.

		private static final int HEADER = 1 << 3 | WireReader.WITH_LENGTH;

		private static final int CLUSTER = 1 << 3;

		private static final int REVISION = 3 << 3;

		private static final int ENTRIES = 2 << 3 | WireReader.WITH_LENGTH;

		private static final int KEY = 1 << 3 | WireReader.WITH_LENGTH;

		private static final int MOD_REVISION = 3 << 3;

		private static final int VALUE = 5 << 3 | WireReader.WITH_LENGTH;

		private static final int LEASE = 6 << 3;

		private static final int MORE = 3 << 3;

		private static final int COUNT = 4 << 3;

		private final WireReader in;

		private final List<Entry> entries = new ArrayList<>();

		private long cluster;

		private long revision;

		private boolean more;

		private long count;

		Reading(WireReader in) {
			this.in = in;
		}

		RangeAnswer answer() throws IOException {
			while (this.in.hasMore()) {
				int tag = this.in.tag();
				switch (tag) {
					case HEADER -> header();
					case ENTRIES -> this.entries.add(entry());
					case MORE -> this.more = this.in.varint() != 0;
					case COUNT -> this.count = this.in.varint();
					default -> this.in.skipField(tag, Long.MAX_VALUE);
				}
			}
			return new RangeAnswer(this.cluster, this.revision, this.entries, this.more, this.count,
					this.in.position());
		}

		private void header() throws IOException {
			long end = this.in.endOfMessage();
			while (this.in.position() < end) {
				int tag = this.in.tag();
				switch (tag) {
					case CLUSTER -> this.cluster = this.in.varint();
					case REVISION -> this.revision = this.in.varint();
					default -> this.in.skipField(tag, end);
				}
			}
			this.in.requireAt(end);
		}

		private Entry entry() throws IOException {
			long end = this.in.endOfMessage();
			Bytes key = Bytes.EMPTY;
			@Nullable Bytes value = Bytes.EMPTY;
			long lease = 0;
			long modRevision = 0;
			while (this.in.position() < end) {
				int tag = this.in.tag();
				switch (tag) {
					case KEY -> key = this.in.bytes(this.in.length(end));
					case MOD_REVISION -> modRevision = this.in.varint();
					case VALUE -> value = value(this.in.length(end));
					case LEASE -> lease = this.in.varint();
					default -> this.in.skipField(tag, end);
				}
			}
			this.in.requireAt(end);
			return (value != null) ? new Entry(key, value, lease, modRevision)
					: new Entry(key, Bytes.EMPTY, lease, modRevision, true);
		}

		/** Returns the value, or null where it is too long. */
		private @Nullable Bytes value(int length) throws IOException {
			if (length > Entry.MAX_VALUE) {
				this.in.skip(length);
				return null;
			}
			return this.in.bytes(length);
		}

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
				throw Status.INTERNAL.withDescription("what was answered is no message of etcd")
					.withCause(ex)
					.asRuntimeException();
			}
		}

	}

}
