package io.github.etcddiscovery.client;

import org.jspecify.annotations.Nullable;

import io.github.etcddiscovery.Bytes;

/**
 * A write of one key that is applied only while the key's last write is the one that the
 * writer has seen.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public sealed interface Write {

	/**
	 * Returns the key.
	 * @return the key
	 */
	Bytes key();

	/**
	 * Returns the revision that the key must still have.
	 * @return mod revision of the key; 0 where the key must be absent
	 */
	long expectedRevision();

	/**
	 * Puts a value under a lease.
	 *
	 * @param key the key
	 * @param value the value
	 * @param lease id of the lease
	 * @param expectedRevision mod revision that the key must still have; 0 where it must
	 * be absent
	 */
	record Put(Bytes key, Bytes value, long lease, long expectedRevision) implements Write {

		@Override
		public String toString() {
			return "put of " + this.key + " under lease " + Long.toHexString(this.lease);
		}

	}

	/**
	 * Deletes the key.
	 *
	 * @param key the key
	 * @param expectedRevision mod revision that the key must still have
	 */
	record Delete(Bytes key, long expectedRevision) implements Write {

		@Override
		public String toString() {
			return "delete of " + this.key;
		}

	}

	/**
	 * How a write ended.
	 *
	 * @param applied whether it was applied; false where the key was at another revision
	 * than the writer had seen
	 * @param revision revision of the store after it
	 * @param found what stands under the key, where the write was not applied for that;
	 * null where nothing stands there, and where the write was applied
	 */
	record Committed(boolean applied, long revision, @Nullable Entry found) {

	}

}
