package io.github.etcddiscovery.watch;

import io.github.etcddiscovery.EtcdDiscoveryException;

/**
 * Is told by a {@link RangeWatch} what stands in its range. Called on the loop's thread;
 * may close the watch. Not part of the API that users write against; may change.
 */
public interface RangeListener {

	/**
	 * Returns the greatest revision that etcd is known to have had, by something else
	 * than this watch: a list that is begun now and comes from an earlier one means that
	 * etcd has lost data.
	 * @return the revision; 0 where nothing is known but by this watch
	 */
	default long known() {
		return 0;
	}

	/**
	 * The range was listed.
	 * @param reset all there is
	 */
	void reset(Reset reset);

	/**
	 * Something changed since the last {@link #reset} or change.
	 * @param change what one revision changed
	 */
	void changed(Change change);

	/**
	 * etcd has confirmed the watch: from now on nothing changes unseen. Told again after
	 * each resync.
	 */
	default void confirmed() {
	}

	/**
	 * An attempt has ended: until {@link #confirmed()} something may change unseen. Told
	 * for each attempt, whether it had been confirmed or not.
	 * @param cause why it ended
	 */
	default void lost(EtcdDiscoveryException cause) {
	}

}
