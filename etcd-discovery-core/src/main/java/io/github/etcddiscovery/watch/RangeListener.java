package io.github.etcddiscovery.watch;

import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.WatchEvent;

/**
 * Is told by a {@link RangeWatch} what stands in its range. Called on the loop's thread;
 * may close the watch. Whatever it throws ends the attempt, as every other failure does.
 * Not part of the API that users write against; may change.
 */
public interface RangeListener {

	/**
	 * Tells whether somebody waits for this range, so that it is listed before others.
	 * @return whether somebody does
	 */
	default boolean awaited() {
		return true;
	}

	/**
	 * A part of a list has arrived. Nothing is to be believed of it before
	 * {@link #listed}: the list may be given up, or begun anew.
	 * @param page what stands there; where it is the first one, pages that came before
	 * belong to a list that was given up
	 */
	void page(Page page);

	/**
	 * The list is complete: what stands in the range is what was on the pages since the
	 * last first one, and nothing else.
	 * @param revision revision of etcd at which this is so
	 * @param wentBack whether etcd has lost data since the list before: its revision is,
	 * or for a while was, below one that was seen before
	 */
	void listed(long revision, boolean wentBack);

	/**
	 * Something changed since the last list or change.
	 * @param revision the revision that changed it
	 * @param events all that it changed in the range; deletes can be of keys that were
	 * never told of
	 */
	void changed(long revision, List<WatchEvent> events);

	/** etcd has confirmed the watch: from now on nothing changes unseen. */
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
