package io.github.etcddiscovery.watch;

import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.WatchEvent;

/**
 * All that one revision of etcd changed in a range.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param revision the revision
 * @param puts what was written
 * @param deletes keys that went, by a deletion or with their lease; some may never have
 * been told of
 */
public record Change(long revision, List<Entry> puts, List<Bytes> deletes) {

	/** Copies. */
	public Change {
		puts = List.copyOf(puts);
		deletes = List.copyOf(deletes);
	}

	/** Returns the number of keys that were written or deleted. */
	int size() {
		return this.puts.size() + this.deletes.size();
	}

	/**
	 * Splits a message of a watch.
	 * @param told what is not above this revision was told before, and is left out
	 * @param events changes in the order of their revisions
	 * @return one change for each revision
	 */
	static List<Change> after(long told, List<WatchEvent> events) {
		List<Change> changes = new ArrayList<>();
		int from = 0;
		while (from < events.size() && events.get(from).entry().modRevision() <= told) {
			from++;
		}
		for (int to = from + 1; to <= events.size(); to++) {
			long revision = events.get(from).entry().modRevision();
			if (to == events.size() || events.get(to).entry().modRevision() != revision) {
				changes.add(of(revision, events.subList(from, to)));
				from = to;
			}
		}
		return changes;
	}

	private static Change of(long revision, List<WatchEvent> events) {
		List<Entry> puts = new ArrayList<>();
		List<Bytes> deletes = new ArrayList<>();
		for (WatchEvent event : events) {
			switch (event.type()) {
				case PUT -> puts.add(event.entry());
				case DELETE -> deletes.add(event.entry().key());
			}
		}
		return new Change(revision, puts, deletes);
	}

}
