package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt to write or to remove a key has ended, where etcd answered.
 */
sealed interface Outcome {

	/**
	 * Returns the revision up to which the state of the key is known.
	 */
	long revision();

	/**
	 * The key stands under our lease with the wanted value.
	 *
	 * @param revision revision of the store
	 * @param session the lease
	 * @param replaced entry of somebody else's session that was taken over, or null
	 * @param wrote false where it stood there already and nothing was written
	 */
	record Written(long revision, LeaseSession session, @Nullable Entry replaced, boolean wrote) implements Outcome {

	}

	/**
	 * The key stands under a lease that is not ours; nothing was written.
	 *
	 * @param revision revision of the store
	 * @param entry what stands there
	 */
	record Occupied(long revision, Entry entry) implements Outcome {

	}

	/**
	 * The key is gone, or not ours.
	 *
	 * @param revision revision of the store
	 */
	record Removed(long revision) implements Outcome {

	}

	/**
	 * Given up on the way, because it is not wanted any more; nothing was written.
	 *
	 * @param revision revision of the store
	 */
	record Abandoned(long revision) implements Outcome {

	}

}
