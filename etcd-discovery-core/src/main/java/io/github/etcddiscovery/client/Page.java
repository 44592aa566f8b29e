package io.github.etcddiscovery.client;

import java.util.List;

/**
 * A part of a range that is being listed. All pages of one list are of one revision.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param revision the revision of the store at which these entries stood
 * @param first whether the list begins with this page. It does so more than once where
 * the revision of earlier pages was compacted away before the last page was read: what
 * came before belongs to a list that was given up, and has to be forgotten
 * @param entries the entries, in the order of their keys, above those of the page before;
 * can be empty
 * @param leftOut how many entries were left out among them because their keys are longer
 * than {@link Entry#MAX_KEY}
 */
public record Page(long revision, boolean first, List<Entry> entries, int leftOut) {

	/** Copies. */
	public Page {
		entries = List.copyOf(entries);
	}

	/**
	 * Creates a page of which nothing was left out.
	 * @param revision the revision of the store at which these entries stood
	 * @param first whether the list begins with this page
	 * @param entries the entries, in the order of their keys
	 */
	public Page(long revision, boolean first, List<Entry> entries) {
		this(revision, first, entries, 0);
	}

}
