package io.github.etcddiscovery.client;

import io.github.etcddiscovery.Bytes;

/**
 * A key and what stands under it.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param key the key
 * @param value the value; empty where only keys were asked for
 * @param lease id of the lease that the key is attached to; 0 for none, and from etcd 3.7
 * on also where only keys were asked for
 * @param modRevision revision of the last write to this key
 * @param oversized whether the value was longer than {@link #MAX_VALUE} and was dropped
 * as it arrived; it is empty then
 */
public record Entry(Bytes key, Bytes value, long lease, long modRevision, boolean oversized) {

	/**
	 * Longest value that is kept, in bytes: four times as much as a wire format of ours
	 * accepts. Anybody who may write can fill etcd with values that are longer.
	 */
	public static final int MAX_VALUE = 64 * 1024;

	/**
	 * Longest key that lists and watches tell of, in bytes: writers of ours write no
	 * longer one. The entry under a longer one is left out as it arrives, as if it were
	 * not there, so that nobody keeps such keys.
	 */
	public static final int MAX_KEY = 2 * 1024;

	/**
	 * Creates an entry with its whole value.
	 * @param key the key
	 * @param value the value; empty where only keys were asked for
	 * @param lease id of the lease that the key is attached to; 0 for none
	 * @param modRevision revision of the last write to this key
	 */
	public Entry(Bytes key, Bytes value, long lease, long modRevision) {
		this(key, value, lease, modRevision, false);
	}

	/**
	 * Shows the key and where it came from, not the value, which may hold secrets.
	 * @return the entry, for messages and logs
	 */
	@Override
	public String toString() {
		return "Entry[key=" + this.key + ", lease=" + Long.toHexString(this.lease) + ", modRevision=" + this.modRevision
				+ "]";
	}

}
