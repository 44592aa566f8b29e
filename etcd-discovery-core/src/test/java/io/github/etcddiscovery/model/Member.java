package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import org.jspecify.annotations.Nullable;

/**
 * What a member does with a request that has reached it: store, leases and who is told.
 */
final class Member {

	private Store store = new Store();

	private Leases leases = new Leases();

	private @Nullable StaleLeader staleLeader;

	private int storesLost;

	private final List<Change> changes = new ArrayList<>();

	private final LongSupplier clock;

	private final EtcdVersion version;

	private final Faults faults;

	private final Streams streams;

	Member(EtcdVersion version, LongSupplier clock, Faults faults, Streams streams) {
		this.version = version;
		this.clock = clock;
		this.faults = faults;
		this.streams = streams;
	}

	EtcdVersion version() {
		return this.version;
	}

	Store store() {
		return this.store;
	}

	Leases leases() {
		return this.leases;
	}

	List<Change> changes() {
		return this.changes;
	}

	/** Ids of leases are never given twice, because they are made of the time. */
	void restore(Store store, Leases leases) {
		leases.startFrom(this.leases);
		this.store = store;
		this.leases = leases;
		this.staleLeader = null;
		this.storesLost++;
	}

	int storesLost() {
		return this.storesLost;
	}

	/** A leader that has lost its quorum goes on to answer from what it knows now. */
	void staleLeader(boolean stale) {
		this.staleLeader = stale ? new StaleLeader(this.store.copy(), this.leases.copy()) : null;
	}

	/**
	 * Reads as much as a page holds.
	 * @param range what is left of the range
	 * @param at at which revision; 0 for the present one
	 * @param keysOnly whether to leave the values out
	 * @param limit how many entries at most, and one more to tell that there are more
	 */
	Listing page(KeyRange range, long at, boolean keysOnly, int limit) {
		this.faults.checkRead(range);
		long revision = (at != 0) ? at : this.store.revision();
		List<Entry> found = (at != 0) ? this.store.read(range, at) : this.store.read(range);
		List<Entry> page = found.stream().limit(limit + 1L).toList();
		return new Listing(revision, keysOnly ? withoutValues(page) : arrived(page));
	}

	/** What a client keeps of values, however long they are. */
	static List<Entry> arrived(List<Entry> entries) {
		return entries.stream().map(Member::arrived).toList();
	}

	static Entry arrived(Entry entry) {
		return (entry.value().size() > Entry.MAX_VALUE)
				? new Entry(entry.key(), Bytes.EMPTY, entry.lease(), entry.modRevision(), true) : entry;
	}

	private List<Entry> withoutValues(List<Entry> entries) {
		return entries.stream()
			.map((entry) -> new Entry(entry.key(), Bytes.EMPTY, this.version.listsLeasesOfKeys() ? entry.lease() : 0,
					entry.modRevision()))
			.toList();
	}

	Lease grant(Duration ttl) {
		this.faults.checkSpace("grant");
		return this.leases.grant(ttl, now());
	}

	Listing read(List<Bytes> keys) {
		keys.forEach(this.faults::checkRead);
		return new Listing(this.store.revision(),
				arrived(keys.stream().map(this.store::entry).filter(Objects::nonNull).toList()));
	}

	LeaseKeys leaseKeys(long lease) {
		Store store = (this.staleLeader != null) ? this.staleLeader.store() : this.store;
		Leases leases = (this.staleLeader != null) ? this.staleLeader.leases() : this.leases;
		List<Bytes> keys = store.keysOf(lease);
		if (this.version.guardsLeases()) {
			keys.forEach(this.faults::checkRead);
		}
		return new LeaseKeys(leases.grantedTtl(lease), leases.timeToLive(lease, now()), keys);
	}

	Duration renew(long lease) {
		if (this.version.guardsLeases()) {
			this.store.keysOf(lease).forEach(this.faults::checkWrite);
		}
		return this.leases.renew(lease, now());
	}

	/** Rights and space are asked for before the key, a lease only where it is needed. */
	Committed commit(Write write) {
		this.faults.checkRead(write.key());
		this.faults.checkWrite(write.key());
		if (write instanceof Write.Put put) {
			if (this.version.guardsLeases()) {
				this.store.keysOf(put.lease()).forEach(this.faults::checkWrite);
			}
			this.faults.checkSpace(put.toString());
		}
		if (this.store.modRevision(write.key()) != write.expectedRevision()) {
			Entry found = this.store.entry(write.key());
			return new Committed(false, this.store.revision(), (found != null) ? arrived(found) : null);
		}
		if (write instanceof Write.Put put) {
			this.leases.require(put.lease());
			tell(this.store.put(Map.of(put.key(), put.value()), put.lease()), true);
		}
		else {
			tell(this.store.delete(List.of(write.key())), true);
		}
		return new Committed(true, this.store.revision(), null);
	}

	void revoke(long lease) {
		this.store.keysOf(lease).forEach(this.faults::checkWrite);
		if (this.leases.remove(lease)) {
			tell(this.store.delete(this.store.keysOf(lease)), true);
		}
	}

	long put(Map<Bytes, Bytes> values, long lease) {
		tell(this.store.put(values, lease), false);
		return this.store.revision();
	}

	long delete(Collection<Bytes> keys) {
		tell(this.store.delete(keys), false);
		return this.store.revision();
	}

	/** A lease ends, by itself or by somebody who may do everything. */
	void end(long lease) {
		if (this.leases.remove(lease)) {
			delete(this.store.keysOf(lease));
		}
	}

	void expire() {
		this.leases.ended(now()).forEach(this::end);
	}

	private long now() {
		return this.clock.getAsLong();
	}

	private void tell(List<WatchEvent> events, boolean byClient) {
		events.forEach((event) -> this.changes.add(new Change(now(), event, byClient)));
		if (!events.isEmpty()) {
			this.streams.tell(events);
		}
	}

	private record StaleLeader(Store store, Leases leases) {

	}

}
