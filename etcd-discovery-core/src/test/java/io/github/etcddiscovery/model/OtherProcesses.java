package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;

/**
 * What an operator or another process does to etcd and sees of it. No fault stands in
 * their way, they may do everything, and no call is counted.
 */
class OtherProcesses {

	private final Member member;

	private final Network network;

	OtherProcesses(Member member, Network network) {
		this.member = member;
		this.network = network;
	}

	/** Writes a key. Returns the new revision. */
	public long put(String key, String value) {
		return put(key, value, 0);
	}

	/** Writes a key under a lease. Returns the new revision. */
	public long put(String key, String value, long lease) {
		return this.member.put(Map.of(Bytes.utf8(key), Bytes.utf8(value)), lease);
	}

	/** Writes any bytes. Returns the new revision. */
	public long put(Bytes key, Bytes value) {
		return this.member.put(Map.of(key, value), 0);
	}

	/** Writes several keys at one revision. Returns it. */
	public long putAll(Map<String, String> values) {
		Map<Bytes, Bytes> bytes = new LinkedHashMap<>();
		values.forEach((key, value) -> bytes.put(Bytes.utf8(key), Bytes.utf8(value)));
		return this.member.put(bytes, 0);
	}

	/**
	 * Writes another value and leaves the lease on the key, as
	 * {@code etcdctl put --ignore-lease} does. Returns the new revision.
	 */
	public long edit(String key, String value) {
		return put(key, value, this.member.store().lease(Bytes.utf8(key)));
	}

	/** Deletes keys at one revision. Returns the revision of the store. */
	public long delete(String... keys) {
		return this.member.delete(List.of(keys).stream().map(Bytes::utf8).toList());
	}

	/** Grants a lease of somebody else's. Returns its id. */
	public long grant(Duration ttl) {
		return this.member.leases().grant(ttl, this.network.now()).id();
	}

	/** Revokes a lease. */
	public void revoke(long lease) {
		this.member.end(lease);
	}

	/** Forgets all history before the present revision. */
	public void compact() {
		if (this.member.store().compacted() < revision()) {
			compact(revision());
		}
	}

	/** Forgets all history before a revision. */
	public void compact(long revision) {
		this.member.store().compact(revision);
	}

	/** Returns the revision of the store. */
	public long revision() {
		return this.member.store().revision();
	}

	/** Returns what stands under a key, or null. */
	public Entry entry(String key) {
		return this.member.store().entry(Bytes.utf8(key));
	}

	/** Returns all there is. */
	public List<Entry> entries() {
		return this.member.store().read(KeyRange.prefix(Bytes.EMPTY));
	}

	/** Returns the ids of the leases that live. */
	public Set<Long> leases() {
		return this.member.leases().ids();
	}

	/** Returns every change since the model was made, whoever made it. */
	public List<Change> changes() {
		return List.copyOf(this.member.changes());
	}

	Member member() {
		return this.member;
	}

	Network network() {
		return this.network;
	}

}
