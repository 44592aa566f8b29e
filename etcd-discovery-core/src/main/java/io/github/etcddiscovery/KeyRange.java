package io.github.etcddiscovery;

/**
 * A half-open range of keys, as etcd's own requests have it.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param start first key of the range
 * @param end first key after the range; a single zero byte means that the range has no
 * end
 */
public record KeyRange(Bytes start, Bytes end) {

	private static final Bytes NO_END = Bytes.of(new byte[1]);

	/**
	 * Returns the range of every key that starts with a prefix.
	 * @param prefix the prefix; empty for all keys there are
	 * @return the range
	 */
	public static KeyRange prefix(Bytes prefix) {
		return new KeyRange((prefix.size() > 0) ? prefix : NO_END, prefix.prefixEnd());
	}

	/**
	 * Returns the range of one key.
	 * @param key the key
	 * @return the range that holds this key only
	 */
	public static KeyRange single(Bytes key) {
		return new KeyRange(key, key.successor());
	}

	/**
	 * Tells whether a key lies within.
	 * @param key the key
	 * @return whether it does
	 */
	public boolean contains(Bytes key) {
		return this.start.compareTo(key) <= 0 && (this.end.equals(NO_END) || key.compareTo(this.end) < 0);
	}

	/**
	 * Returns what is left of this range from a key on.
	 * @param key the new start
	 * @return the range from that key to the same end
	 */
	public KeyRange from(Bytes key) {
		return new KeyRange(key, this.end);
	}

	/**
	 * For messages and logs: a key as it is, all keys with a prefix as {@code prefix*}.
	 * @return one line of printable ASCII
	 */
	@Override
	public String toString() {
		if (equals(prefix(Bytes.EMPTY))) {
			return "all keys";
		}
		if (equals(single(this.start))) {
			return this.start.toString();
		}
		if (equals(prefix(this.start))) {
			return this.start + "*";
		}
		return "[" + this.start + ", " + (this.end.equals(NO_END) ? "no end" : this.end) + ")";
	}

}
