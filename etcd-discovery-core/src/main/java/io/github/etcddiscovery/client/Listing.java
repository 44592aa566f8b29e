package io.github.etcddiscovery.client;

import java.util.ArrayList;
import java.util.List;

/**
 * All entries of a range as they were at one revision.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param revision the revision of the store
 * @param entries the entries, in the order of their keys
 */
public record Listing(long revision, List<Entry> entries) {

	/** Copies. */
	public Listing {
		entries = List.copyOf(entries);
	}

	/**
	 * Returns the same with more entries, of the same revision.
	 * @param more what comes after
	 * @return a copy
	 */
	public Listing and(List<Entry> more) {
		List<Entry> all = new ArrayList<>(this.entries);
		all.addAll(more);
		return new Listing(this.revision, all);
	}

}
