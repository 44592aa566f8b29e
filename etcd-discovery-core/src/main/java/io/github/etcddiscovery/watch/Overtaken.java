package io.github.etcddiscovery.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Listing;

/**
 * Changes that were told while a list was under way. The list may be older than they are,
 * and what was told must not be taken back.
 */
final class Overtaken {

	private final List<Change> changes = new ArrayList<>();

	void add(Change change) {
		this.changes.add(change);
	}

	Reset applyTo(Listing listing) {
		List<Change> newer = this.changes.stream().filter((change) -> change.revision() > listing.revision()).toList();
		if (newer.isEmpty()) {
			return new Reset(listing.revision(), listing.entries(), false);
		}
		TreeMap<Bytes, Entry> entries = new TreeMap<>();
		listing.entries().forEach((entry) -> entries.put(entry.key(), entry));
		for (Change change : newer) {
			change.puts().forEach((entry) -> entries.put(entry.key(), entry));
			change.deletes().forEach(entries::remove);
		}
		return new Reset(newer.get(newer.size() - 1).revision(), List.copyOf(entries.values()), false);
	}

}
