package io.github.etcddiscovery.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Entry;

/**
 * Remembers what it was told, as lines, and keeps the map that a consumer would have.
 */
final class RecordedRange implements RangeListener, DiscoveryObserver {

	final List<String> told = new ArrayList<>();

	final List<String> resyncs = new ArrayList<>();

	final TreeMap<String, String> map = new TreeMap<>();

	boolean confirmed;

	int events;

	List<String> takeTold() {
		List<String> copy = List.copyOf(this.told);
		this.told.clear();
		return copy;
	}

	@Override
	public void reset(Reset reset) {
		this.told.add("reset@" + reset.revision() + names(reset.entries()) + (reset.wentBack() ? " back" : ""));
		this.map.clear();
		reset.entries().forEach(this::put);
	}

	@Override
	public void changed(Change change) {
		this.told.add("change@" + change.revision() + " +" + names(change.puts()) + " -"
				+ change.deletes().stream().map(Object::toString).toList());
		change.puts().forEach(this::put);
		change.deletes().forEach((key) -> this.map.remove(key.toString()));
	}

	@Override
	public void confirmed() {
		this.told.add("confirmed");
		this.confirmed = true;
	}

	@Override
	public void lost(EtcdDiscoveryException cause) {
		this.told.add("lost " + cause.kind());
		this.confirmed = false;
	}

	@Override
	public void resync(String reason) {
		this.resyncs.add(reason);
	}

	@Override
	public void watchEvents(int count) {
		this.events += count;
	}

	private void put(Entry entry) {
		this.map.put(entry.key().toString(), entry.value().toString());
	}

	private static List<String> names(List<Entry> entries) {
		return entries.stream().map((entry) -> entry.key().toString()).toList();
	}

}
