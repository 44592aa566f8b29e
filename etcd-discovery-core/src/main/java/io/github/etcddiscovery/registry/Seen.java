package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What stood under a key at a revision of the store.
 *
 * @param revision the revision; 0 for a guess of who has not looked yet
 * @param entry what stood there; null for nothing
 */
record Seen(long revision, @Nullable Entry entry) {

	/**
	 * A key is taken to be absent until etcd says otherwise, which it does in the answer
	 * to the first write.
	 */
	static final Seen NOTHING_YET = new Seen(0, null);

	/** Returns the revision on which a write has to be made; 0 for a create. */
	long modRevision() {
		return (this.entry != null) ? this.entry.modRevision() : 0;
	}

	boolean newerThan(Seen other) {
		return this.revision > other.revision;
	}

}
