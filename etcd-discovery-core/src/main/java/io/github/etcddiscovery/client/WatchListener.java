package io.github.etcddiscovery.client;

import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;

/**
 * Is told what a watch brings, on the executor of the owner of its {@link Watches}. What
 * it throws ends the watch.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public interface WatchListener {

	/**
	 * etcd has confirmed the watch.
	 * @param revision revision of the member that serves it, which can be behind the
	 * leader's
	 */
	void confirmed(long revision);

	/**
	 * Something changed.
	 * @param events the changes in the order in which they were made, never empty; those
	 * of one revision are never split over two calls; those of keys longer than
	 * {@link Entry#MAX_KEY} are left out
	 */
	void changed(List<WatchEvent> events);

	/**
	 * The watch has ended: by an error, by etcd, or because it was never confirmed. Told
	 * at most once, nothing follows; not told after {@link Watch#close()}.
	 * @param cause why, {@code COMPACTED} where the revision asked for is gone
	 */
	void ended(EtcdDiscoveryException cause);

}
