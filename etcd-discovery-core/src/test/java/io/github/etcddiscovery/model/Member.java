package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;

/**
 * What a member does with a request that has reached it: store, leases and who is told.
 */
final class Member {

	private Store store = new Store();

	private Leases leases = new Leases();

	private final Faults faults;

	private final Streams streams;

	Member(Faults faults, Streams streams) {
		this.faults = faults;
		this.streams = streams;
	}

	Store store() {
		return this.store;
	}

	Leases leases() {
		return this.leases;
	}

	/** Ids of leases are never given twice, because they are made of the time. */
	void restore(Store store, Leases leases) {
		leases.startFrom(this.leases);
		this.store = store;
		this.leases = leases;
	}

	Listing list(KeyRange range) {
		this.faults.checkRead(range);
		return new Listing(this.store.revision(), this.store.read(range));
	}

	Listing listKeys(KeyRange range) {
		this.faults.checkRead(range);
		return new Listing(this.store.revision(),
				this.store.read(range)
					.stream()
					.map((entry) -> new Entry(entry.key(), Bytes.EMPTY, entry.lease(), entry.modRevision()))
					.toList());
	}

	Lease grant(Duration ttl, long now) {
		this.faults.checkSpace("grant");
		return this.leases.grant(ttl, now);
	}

	Listing read(List<Bytes> keys) {
		keys.forEach((key) -> this.faults.checkRead(KeyRange.single(key)));
		return new Listing(this.store.revision(),
				keys.stream().map(this.store::entry).filter(Objects::nonNull).toList());
	}

	LeaseKeys leaseKeys(long lease, long now) {
		List<Bytes> keys = keysOf(lease);
		keys.forEach((key) -> this.faults.checkRead(KeyRange.single(key)));
		return new LeaseKeys(this.leases.grantedTtl(lease), this.leases.timeToLive(lease, now), keys);
	}

	/** Since 3.5.28 who renews must be allowed to write every key under the lease. */
	Duration renew(long lease, long now) {
		keysOf(lease).forEach(this.faults::checkWrite);
		return this.leases.renew(lease, now);
	}

	Committed commit(Write write) {
		this.faults.checkWrite(write.key());
		if (write instanceof Write.Put put) {
			this.faults.checkSpace(put.toString());
		}
		if (this.store.modRevision(write.key()) != write.expectedRevision()) {
			return new Committed(false, this.store.revision(), this.store.entry(write.key()));
		}
		if (write instanceof Write.Put put) {
			this.leases.require(put.lease());
			put(Map.of(put.key(), put.value()), put.lease());
		}
		else {
			delete(List.of(write.key()));
		}
		return new Committed(true, this.store.revision(), null);
	}

	long put(Map<Bytes, Bytes> values, long lease) {
		tell(this.store.put(values, lease));
		return this.store.revision();
	}

	long delete(Collection<Bytes> keys) {
		tell(this.store.delete(keys));
		return this.store.revision();
	}

	void revoke(long lease) {
		if (this.leases.remove(lease)) {
			delete(keysOf(lease));
		}
	}

	void expire(long now) {
		this.leases.ended(now).forEach(this::revoke);
	}

	private List<Bytes> keysOf(long lease) {
		return this.store.read(KeyRange.prefix(Bytes.EMPTY))
			.stream()
			.filter((entry) -> entry.lease() == lease)
			.map(Entry::key)
			.toList();
	}

	private void tell(List<WatchEvent> events) {
		if (!events.isEmpty()) {
			this.streams.tell(events);
		}
	}

}
