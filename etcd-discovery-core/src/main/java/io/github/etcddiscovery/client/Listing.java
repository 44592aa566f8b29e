package io.github.etcddiscovery.client;

import java.util.List;

/**
 * Entries as they all stood at one revision.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param revision the revision of the store
 * @param entries the entries
 */
public record Listing(long revision, List<Entry> entries) {

	/** Copies. */
	public Listing {
		entries = List.copyOf(entries);
	}

}
