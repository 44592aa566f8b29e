package io.github.etcddiscovery.resolver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.resolver.FeedEntry.Address;
import io.github.etcddiscovery.resolver.Missing.Farewell;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the keys of one range, decoded once for each time that one was
 * written, and handed on to the services that they belong to. Confined to the loop's
 * thread.
 */
final class RangeEntries {

	private final LayoutReader reader;

	private final @Nullable Service own;

	private final Services services;

	private final Publisher publisher;

	private final MassLossGuard guard;

	private final Map<Bytes, FeedEntry> known = new HashMap<>();

	/** What a list that is under way has shown and is not known yet. */
	private List<FeedEntry> staged = List.of();

	/** Number of the list that is, or was last, under way. */
	private int list;

	/** Whether a list has been complete before: what comes later has just appeared. */
	private boolean listed;

	/** Whether a change may have been applied in part only. */
	private boolean distrusted;

	/**
	 * Begins with none.
	 * @param reader makes instances of entries
	 * @param own the service whose range it is, or null where it is that of all
	 * @param services where services are found by their names
	 * @param publisher is told which services have changed
	 * @param guard is told what has vanished
	 */
	RangeEntries(LayoutReader reader, @Nullable Service own, Services services, Publisher publisher,
			MassLossGuard guard) {
		this.reader = reader;
		this.own = own;
		this.services = services;
		this.publisher = publisher;
		this.guard = guard;
	}

	/** A list begins; one that was under way is forgotten. */
	void beginList() {
		this.list++;
		this.staged = new ArrayList<>();
	}

	/**
	 * Takes in what a list has shown. An entry that was not written since it was read is
	 * not read again; what is read is not believed before {@link #completeList()}.
	 */
	void stage(List<Entry> entries) {
		for (Entry entry : entries) {
			FeedEntry before = this.known.get(entry.key());
			if (before != null && before.isOf(entry) && !this.distrusted) {
				before.shownBy(this.list);
			}
			else {
				this.staged.add(read(entry, before));
			}
		}
	}

	/** The list is complete: what it has not shown is gone. */
	void completeList() {
		List<FeedEntry> complete = this.staged;
		this.staged = List.of();
		if (this.distrusted) {
			forgetAll();
		}
		complete.forEach(this::take);
		removeUnshown(Long.MAX_VALUE);
		this.listed = true;
		this.distrusted = false;
	}

	/**
	 * Something was thrown on the way from an event to the services, for want of memory
	 * perhaps: what is known is not what was told. The next list makes everything anew.
	 * Until it has, readers see what they saw.
	 */
	void distrust() {
		this.distrusted = true;
	}

	boolean isTrusted() {
		return !this.distrusted;
	}

	private void forgetAll() {
		for (Service service : (this.own != null) ? List.of(this.own) : this.services.all()) {
			service.entries().removeLayout(this.reader.position());
			this.publisher.changed(service);
		}
		this.known.values().forEach((entry) -> vanished(entry, Farewell.NOT_SAID));
		this.known.clear();
	}

	/** A list of keys begins, beside the watch. */
	void beginKeys() {
		this.list++;
	}

	/**
	 * Takes in a key that a list of keys has shown. Its mod revision tells what stands
	 * there, in a store that has not gone back; from 3.7 on etcd leaves the lease out
	 * where values are not asked for.
	 * @return whether that is known
	 */
	boolean isKnown(Entry key) {
		FeedEntry before = this.known.get(key.key());
		if (before != null) {
			before.shownBy(this.list);
		}
		return before != null && before.modRevision() == key.modRevision();
	}

	/**
	 * The list of keys is complete: what it has not shown and was not written after it is
	 * gone.
	 * @return how many were
	 */
	int removeUnshown(long revision) {
		int removed = 0;
		for (Iterator<FeedEntry> all = this.known.values().iterator(); all.hasNext();) {
			FeedEntry entry = all.next();
			if (isUnshown(entry, revision)) {
				all.remove();
				removeFromService(entry, Farewell.NOT_SAID);
				removed++;
			}
		}
		return removed;
	}

	/** Tells whether there is something that {@link #removeUnshown} would remove. */
	boolean hasUnshown(long revision) {
		return this.known.values().stream().anyMatch((entry) -> isUnshown(entry, revision));
	}

	private boolean isUnshown(FeedEntry entry, long revision) {
		return !entry.wasShownBy(this.list) && entry.modRevision() <= revision;
	}

	/**
	 * Returns the revision at which a key was written last, as far as is known.
	 * @return the revision; 0 where the key is not known
	 */
	long modRevision(Bytes key) {
		FeedEntry entry = this.known.get(key);
		return (entry != null) ? entry.modRevision() : 0;
	}

	/**
	 * A key was written. Nothing happens where a later write of it is known.
	 * @return whether something did
	 */
	boolean put(Entry entry) {
		FeedEntry before = this.known.get(entry.key());
		if (before != null && before.modRevision() >= entry.modRevision()) {
			return false;
		}
		take(read(entry, before));
		return true;
	}

	/**
	 * Returns what the deletions of one revision may say: who leaves deletes keys of its
	 * own lease only.
	 */
	Farewell farewell(List<WatchEvent> events) {
		FeedEntry first = null;
		for (WatchEvent event : events) {
			FeedEntry next = (event.type() == WatchEvent.Type.DELETE) ? this.known.get(event.entry().key()) : null;
			if (first != null && next != null && next.lease() != first.lease()) {
				return Farewell.NOT_SAID;
			}
			first = (next != null) ? next : first;
		}
		return (first != null && first.lease() != 0) ? Farewell.PERHAPS : Farewell.NOT_SAID;
	}

	/**
	 * A key was deleted. Nothing happens where a later write of it is known.
	 * @param farewell what is known of why
	 * @return whether something did
	 */
	boolean delete(Bytes key, long revision, Farewell farewell) {
		FeedEntry before = this.known.get(key);
		if (before == null || before.modRevision() > revision) {
			return false;
		}
		this.known.remove(key);
		removeFromService(before, farewell);
		return true;
	}

	private FeedEntry read(Entry entry, @Nullable FeedEntry before) {
		Instance instance = this.reader.read((this.own != null) ? this.own.name() : null, entry);
		long now = this.guard.now();
		FeedEntry read = new FeedEntry(this.reader.position(), (before != null) ? before.key() : entry.key(), entry,
				instance, (before != null) ? before.writtenAt(entry, now) : now, appearedAt(instance, before, now));
		read.shownBy(this.list);
		return read;
	}

	/** What is written anew at an address, or comes back soon, has not just appeared. */
	private long appearedAt(@Nullable Instance instance, @Nullable FeedEntry before, long now) {
		if (instance != null && before != null && before.isAt(instance)) {
			return before.discovered().appearedAt();
		}
		if (instance == null || !this.listed) {
			return DiscoveredInstance.NOT_YOUNG;
		}
		Service service = (this.own != null) ? this.own : this.services.get(instance.service());
		return (service != null) ? service.appearedAt(Address.of(instance), now) : now;
	}

	void take(FeedEntry entry) {
		FeedEntry before = this.known.get(entry.key());
		Instance old = (before != null) ? before.instance() : null;
		Instance instance = entry.instance();
		if (before != null && Objects.equals(old, instance)) {
			before.rewrittenAs(entry);
			return;
		}
		this.known.put(entry.key(), entry);
		if (before != null && old != null && instance != null && old.service().equals(instance.service())) {
			Service service = service(instance);
			service.entries().replace(before, entry);
			appeared(service, entry);
			return;
		}
		if (before != null) {
			removeFromService(before, Farewell.SAID);
		}
		if (instance != null) {
			Service service = service(instance);
			service.entries().add(entry);
			appeared(service, entry);
		}
	}

	private void appeared(Service service, FeedEntry entry) {
		Loss loss = service.loss();
		if (loss != null) {
			loss.cameBack(entry.address());
		}
		this.publisher.changed(service);
	}

	private void removeFromService(FeedEntry entry, Farewell farewell) {
		Instance instance = entry.instance();
		if (instance != null) {
			service(instance).entries().remove(entry);
			vanished(entry, farewell);
			this.publisher.changed(service(instance));
		}
	}

	/**
	 * Nothing vanishes in the first list: what is known before it is from elsewhere, and
	 * whatever it says replaces that.
	 */
	private void vanished(FeedEntry entry, Farewell farewell) {
		Instance instance = entry.instance();
		if (instance != null && this.listed) {
			this.guard.vanished(service(instance), entry, this.reader.peersRevokeOnLeave() ? Farewell.SAID : farewell);
		}
	}

	private Service service(Instance instance) {
		return (this.own != null) ? this.own : this.services.obtain(instance.service());
	}

}
