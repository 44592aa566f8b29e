package io.github.etcddiscovery.client.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

import io.github.etcddiscovery.Bytes;

/**
 * Reads what protobuf's wire format is made of: numbers, and bytes of a length. Protobuf
 * itself makes three copies of each key and value, and keeps those that are too long to
 * be wanted. For one thread.
 */
final class WireReader {

	static final int VARINT = 0;

	static final int FIXED_64 = 1;

	static final int WITH_LENGTH = 2;

	static final int FIXED_32 = 5;

	private static final int BUFFER = 16 * 1024;

	private static final int TYPE = 7;

	private final InputStream in;

	private final byte[] buffer = new byte[BUFFER];

	private int next;

	private int filled;

	/** How many bytes of the message have come into the buffer. */
	private long taken;

	WireReader(InputStream in) {
		this.in = in;
	}

	/** Tells whether the message goes on. */
	boolean hasMore() throws IOException {
		return this.next < this.filled || fill();
	}

	/** Returns how many bytes were read. */
	long position() {
		return this.taken - this.filled + this.next;
	}

	private boolean fill() throws IOException {
		int read = this.in.read(this.buffer, 0, BUFFER);
		this.next = 0;
		this.filled = Math.max(read, 0);
		this.taken += this.filled;
		return read > 0;
	}

	private byte octet() throws IOException {
		if (!hasMore()) {
			throw ended();
		}
		return this.buffer[this.next++];
	}

	/** Returns a number of up to 64 bits. */
	long varint() throws IOException {
		long value = 0;
		for (int bits = 0; bits < Long.SIZE; bits += 7) {
			byte octet = octet();
			value |= (octet & 0x7fL) << bits;
			if (octet >= 0) {
				return value;
			}
		}
		throw new IOException("a number has more than 64 bits");
	}

	/**
	 * Returns what a field begins with: its number, and in the last three bits its type.
	 */
	int tag() throws IOException {
		return (int) varint();
	}

	/**
	 * Reads the length of what follows.
	 * @param end where that has to end at the latest
	 * @return the length, in bytes
	 */
	int length(long end) throws IOException {
		long length = varint();
		if (length < 0 || length > Math.min(Integer.MAX_VALUE, end - position())) {
			throw new IOException("a field is longer than what it stands in");
		}
		return (int) length;
	}

	/**
	 * Begins with a message within the message.
	 * @return where it ends
	 */
	long endOfMessage() throws IOException {
		int length = length(Long.MAX_VALUE);
		return position() + length;
	}

	/** Makes sure that the last field of a message within the message ends with it. */
	void requireAt(long end) throws IOException {
		if (position() != end) {
			throw new IOException("a field is longer than what it stands in");
		}
	}

	/** Reads so many bytes. */
	Bytes bytes(int length) throws IOException {
		return (length <= BUFFER) ? shortBytes(length) : longBytes(length);
	}

	private Bytes shortBytes(int length) throws IOException {
		if (this.filled - this.next < length) {
			gather(length);
		}
		Bytes bytes = Bytes.of(this.buffer, this.next, this.next + length);
		this.next += length;
		return bytes;
	}

	/** Moves what is left to the front, so that there is room for what is missing. */
	private void gather(int length) throws IOException {
		System.arraycopy(this.buffer, this.next, this.buffer, 0, this.filled - this.next);
		this.filled -= this.next;
		this.next = 0;
		while (this.filled < length) {
			int read = this.in.read(this.buffer, this.filled, BUFFER - this.filled);
			if (read <= 0) {
				throw ended();
			}
			this.filled += read;
			this.taken += read;
		}
	}

	/** Takes no more memory than there are bytes, whatever length was said. */
	private Bytes longBytes(int length) throws IOException {
		ByteArrayOutputStream all = new ByteArrayOutputStream(BUFFER);
		while (all.size() < length) {
			if (!hasMore()) {
				throw ended();
			}
			int some = Math.min(length - all.size(), this.filled - this.next);
			all.write(this.buffer, this.next, some);
			this.next += some;
		}
		return Bytes.of(all.toByteArray());
	}

	private static IOException ended() {
		return new EOFException("the message ends within a field");
	}

	void skip(long length) throws IOException {
		for (long left = length; left > 0;) {
			if (!hasMore()) {
				throw ended();
			}
			int some = (int) Math.min(left, this.filled - this.next);
			this.next += some;
			left -= some;
		}
	}

	/**
	 * Passes over a field.
	 * @param tag what it began with
	 * @param end where it has to end at the latest
	 */
	void skipField(int tag, long end) throws IOException {
		switch (tag & TYPE) {
			case VARINT -> varint();
			case FIXED_64 -> skip(Long.BYTES);
			case WITH_LENGTH -> skip(length(end));
			case FIXED_32 -> skip(Integer.BYTES);
			default -> throw new IOException("a field has no type that is known");
		}
	}

}
