package io.github.etcddiscovery.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.WatchEvent;

/**
 * Keys, revisions and history. As in etcd the first revision is 1, and every change makes
 * the next one.
 */
final class Store {

	private final TreeMap<Bytes, Entry> entries = new TreeMap<>();

	/** What stood when the history begins. */
	private final TreeMap<Bytes, Entry> before = new TreeMap<>();

	private final List<WatchEvent> history = new ArrayList<>();

	private long revision = 1;

	private long compacted;

	Store copy() {
		Store copy = new Store();
		copy.entries.putAll(this.entries);
		copy.before.putAll(this.before);
		copy.history.addAll(this.history);
		copy.revision = this.revision;
		copy.compacted = this.compacted;
		return copy;
	}

	long revision() {
		return this.revision;
	}

	long compacted() {
		return this.compacted;
	}

	List<Entry> read(KeyRange range) {
		return this.entries.values().stream().filter((entry) -> range.contains(entry.key())).toList();
	}

	/** Reads at a revision that is gone, or not there yet, or neither. */
	List<Entry> read(KeyRange range, long at) {
		if (at < this.compacted) {
			throw new EtcdDiscoveryException(Kind.COMPACTED, "read at " + at + ": compacted at " + this.compacted,
					null);
		}
		if (at > this.revision) {
			throw new EtcdDiscoveryException(Kind.REFUSED, "read at " + at + ": the store is at " + this.revision,
					null);
		}
		TreeMap<Bytes, Entry> then = new TreeMap<>(this.before);
		this.history.stream()
			.filter((event) -> event.entry().modRevision() <= at)
			.forEach((event) -> apply(event, then));
		return then.values().stream().filter((entry) -> range.contains(entry.key())).toList();
	}

	private static void apply(WatchEvent event, Map<Bytes, Entry> entries) {
		if (event.type() == WatchEvent.Type.PUT) {
			entries.put(event.entry().key(), event.entry());
		}
		else {
			entries.remove(event.entry().key());
		}
	}

	@Nullable Entry entry(Bytes key) {
		return this.entries.get(key);
	}

	List<Bytes> keysOf(long lease) {
		return this.entries.values()
			.stream()
			.filter((entry) -> lease != 0 && entry.lease() == lease)
			.map(Entry::key)
			.toList();
	}

	long modRevision(Bytes key) {
		Entry entry = this.entries.get(key);
		return (entry != null) ? entry.modRevision() : 0;
	}

	long lease(Bytes key) {
		Entry entry = this.entries.get(key);
		return (entry != null) ? entry.lease() : 0;
	}

	/**
	 * Writes several keys at one revision.
	 * @return what happened
	 */
	List<WatchEvent> put(Map<Bytes, Bytes> values, long lease) {
		this.revision++;
		List<WatchEvent> events = new ArrayList<>();
		values.forEach((key, value) -> {
			Entry entry = new Entry(key, value, lease, this.revision);
			this.entries.put(key, entry);
			events.add(new WatchEvent(WatchEvent.Type.PUT, entry));
		});
		this.history.addAll(events);
		return events;
	}

	/**
	 * Deletes several keys at one revision; where none of them is there, nothing happens.
	 * @return what happened
	 */
	List<WatchEvent> delete(Collection<Bytes> keys) {
		List<Bytes> present = keys.stream().filter(this.entries::containsKey).sorted().toList();
		if (present.isEmpty()) {
			return List.of();
		}
		this.revision++;
		List<WatchEvent> events = new ArrayList<>();
		for (Bytes key : present) {
			this.entries.remove(key);
			events.add(new WatchEvent(WatchEvent.Type.DELETE, new Entry(key, Bytes.EMPTY, 0, this.revision)));
		}
		this.history.addAll(events);
		return events;
	}

	void compact(long upTo) {
		if (upTo <= this.compacted || upTo > this.revision) {
			throw new EtcdDiscoveryException((upTo > this.revision) ? Kind.REFUSED : Kind.COMPACTED,
					"compaction at " + upTo + ": the store is at " + this.revision, null);
		}
		forget(upTo);
	}

	private void forget(long upTo) {
		this.compacted = upTo;
		this.history.stream()
			.filter((event) -> event.entry().modRevision() < upTo)
			.forEach((event) -> apply(event, this.before));
		this.history.removeIf((event) -> event.entry().modRevision() < upTo);
	}

	/**
	 * Revisions leap ahead, and none before counts any more: what a restore with
	 * {@code --bump-revision} and {@code --mark-compacted} makes of a backup.
	 */
	void bump(long revisions) {
		this.revision += revisions;
		forget(this.revision);
	}

	List<WatchEvent> history(KeyRange range, long from) {
		return this.history.stream()
			.filter((event) -> event.entry().modRevision() >= from && range.contains(event.entry().key()))
			.toList();
	}

}
