package io.github.etcddiscovery.watch;

import java.util.List;

import io.github.etcddiscovery.client.Entry;

/**
 * All that stands in a range: replaces everything that was told before.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param revision revision of etcd at which this is so
 * @param entries the entries, in the order of their keys
 * @param wentBack whether etcd has lost data since: its revision is, or for a while was,
 * below one that was seen before, so that a mod revision known from before says nothing
 * about what stands there now
 */
public record Reset(long revision, List<Entry> entries, boolean wentBack) {

	/** Copies. */
	public Reset {
		entries = List.copyOf(entries);
	}

}
