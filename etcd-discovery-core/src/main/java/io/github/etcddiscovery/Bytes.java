package io.github.etcddiscovery;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * An immutable string of bytes: an etcd key or value. Ordered as etcd orders keys, byte
 * by byte, unsigned.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public final class Bytes implements Comparable<Bytes> {

	/** No bytes at all. */
	public static final Bytes EMPTY = new Bytes(new byte[0]);

	private final byte[] content;

	private Bytes(byte[] content) {
		this.content = content;
	}

	/**
	 * Copies the given array.
	 * @param content the bytes
	 * @return the same bytes, safe from later changes of the array
	 */
	public static Bytes of(byte[] content) {
		return new Bytes(content.clone());
	}

	/**
	 * Takes the given array over without a copy, which counts where there are many.
	 * @param content the bytes; nobody else may keep the array
	 * @return the bytes
	 */
	public static Bytes ofOwned(byte[] content) {
		return (content.length == 0) ? EMPTY : new Bytes(content);
	}

	/**
	 * Encodes text as UTF-8.
	 * @param text any text; a lone surrogate becomes {@code ?}, as in
	 * {@link String#getBytes}
	 * @return its UTF-8 bytes
	 */
	public static Bytes utf8(String text) {
		return new Bytes(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Decodes strictly.
	 * @return the text, or null where the bytes are not valid UTF-8
	 */
	public @Nullable String strictUtf8() {
		// The JDK's fast path replaces what is invalid: where nothing was replaced,
		// nothing was.
		String text = new String(this.content, StandardCharsets.UTF_8);
		if (text.indexOf('\ufffd') < 0) {
			return text;
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this.content)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	/**
	 * Returns a copy.
	 * @return a new array with these bytes
	 */
	public byte[] toByteArray() {
		return this.content.clone();
	}

	/**
	 * Returns the number of bytes.
	 * @return the length, in bytes
	 */
	public int size() {
		return this.content.length;
	}

	/**
	 * Tells whether these bytes begin with others.
	 * @param prefix the bytes to begin with
	 * @return whether they do
	 */
	public boolean startsWith(Bytes prefix) {
		return size() >= prefix.size()
				&& Arrays.equals(this.content, 0, prefix.size(), prefix.content, 0, prefix.size());
	}

	/**
	 * Returns the next possible key.
	 * @return the smallest bytes that are greater than these: themselves and a zero byte
	 */
	public Bytes successor() {
		return new Bytes(Arrays.copyOf(this.content, this.content.length + 1));
	}

	/**
	 * Returns the end of the range of all keys with this prefix, as etcd's clients
	 * compute it.
	 * @return the smallest bytes greater than every key that starts with these; a single
	 * zero byte, etcd's "no end", where there is none
	 */
	Bytes prefixEnd() {
		int last = this.content.length - 1;
		while (last >= 0 && this.content[last] == (byte) 0xff) {
			last--;
		}
		if (last < 0) {
			return new Bytes(new byte[1]);
		}
		byte[] end = Arrays.copyOf(this.content, last + 1);
		end[last]++;
		return new Bytes(end);
	}

	@Override
	public int compareTo(Bytes other) {
		return Arrays.compareUnsigned(this.content, other.content);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Bytes bytes && Arrays.equals(this.content, bytes.content);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.content);
	}

	/**
	 * For messages and logs: printable ASCII stays, everything else is escaped, at most
	 * 200 characters. Bytes of a registry are written by anybody, so nothing of them may
	 * reach a log unescaped.
	 * @return one line of printable ASCII
	 */
	@Override
	public String toString() {
		return escaped(200);
	}

	/**
	 * Escapes as {@link #toString()} does, and cuts nothing.
	 * @return one line of printable ASCII, another one for any other bytes
	 */
	public String escaped() {
		return escaped(Integer.MAX_VALUE);
	}

	private String escaped(int most) {
		StringBuilder line = new StringBuilder();
		for (byte b : this.content) {
			if (line.length() >= most) {
				return line.append("...").toString();
			}
			if (b >= 0x20 && b < 0x7f && b != '\\') {
				line.append((char) b);
			}
			else {
				line.append("\\x").append(HexFormat.of().toHexDigits(b));
			}
		}
		return line.toString();
	}

}
