package io.github.etcddiscovery.resolver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;

/**
 * What stands in etcd, merged over the layouts: of several entries with one host and
 * port, however the host is spelled, the first layout's wins, and within a layout the
 * first key's. Confined to the loop's thread.
 */
final class ServiceTable {

	private final Layouts layouts;

	private final EntryReader reader;

	/** Entries of all services, by the position of their layout. */
	private final TreeMap<Integer, RangeEntries> shared = new TreeMap<>();

	/** Entries of single services, by the position of their layout. */
	private final Map<String, TreeMap<Integer, RangeEntries>> own = new HashMap<>();

	ServiceTable(Layouts layouts, EntryReader reader) {
		this.layouts = layouts;
		this.reader = reader;
	}

	RangeEntries addShared(int position) {
		RangeEntries entries = new RangeEntries(this.layouts.get(position), null, this.reader);
		this.shared.put(position, entries);
		return entries;
	}

	RangeEntries addOwn(String service, int position) {
		RangeEntries entries = new RangeEntries(this.layouts.get(position), service, this.reader);
		this.own.computeIfAbsent(service, (name) -> new TreeMap<>()).put(position, entries);
		return entries;
	}

	void removeOwn(String service) {
		this.own.remove(service);
	}

	/** Tells whether every layout that is followed as a whole was listed. */
	boolean sharedRead() {
		return this.shared.values().stream().allMatch(RangeEntries::read);
	}

	/** Tells whether every layout has answered for this service. */
	boolean read(String service) {
		if (!sharedRead()) {
			return false;
		}
		TreeMap<Integer, RangeEntries> entries = this.own.get(service);
		return (entries != null) ? entries.values().stream().allMatch(RangeEntries::read)
				: this.layouts.followedFor(service).isEmpty();
	}

	/** Returns the names of all services that have an instance or are followed. */
	Set<String> services() {
		Set<String> names = new TreeSet<>(this.own.keySet());
		this.shared.values().forEach((entries) -> names.addAll(entries.services()));
		return names;
	}

	/** Returns the instances of a service. */
	List<Instance> instances(String service) {
		List<Instance> merged = new ArrayList<>();
		Set<String> addresses = new HashSet<>();
		for (RangeEntries entries : entriesFor(service)) {
			for (Instance instance : entries.instances(service)) {
				if (addresses.add(HostPort.canonicalHost(instance.host()) + ":" + instance.port())) {
					merged.add(instance);
				}
			}
		}
		return merged;
	}

	private Iterable<RangeEntries> entriesFor(String service) {
		TreeMap<Integer, RangeEntries> own = this.own.get(service);
		if (own == null) {
			return this.shared.values();
		}
		TreeMap<Integer, RangeEntries> all = new TreeMap<>(this.shared);
		all.putAll(own);
		return all.values();
	}

}
