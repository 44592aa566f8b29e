package io.github.etcddiscovery.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.WatchEvent;

/**
 * Remembers what it was told, as lines, and keeps the map that a consumer would have.
 */
final class RecordedRange implements RangeListener, DiscoveryObserver {

	final List<String> told = new ArrayList<>();

	final List<String> resyncs = new ArrayList<>();

	final TreeMap<String, String> map = new TreeMap<>();

	private final List<Entry> pages = new ArrayList<>();

	boolean confirmed;

	boolean awaited = true;

	/** What the next page, list or change makes it throw, or null. */
	Error thrown;

	/** Whether it throws that at each of them. */
	boolean throwsAlways;

	int events;

	List<String> takeTold() {
		List<String> copy = List.copyOf(this.told);
		this.told.clear();
		return copy;
	}

	@Override
	public void page(Page page) {
		fail();
		if (page.first()) {
			this.pages.clear();
		}
		this.pages.addAll(page.entries());
	}

	@Override
	public void listed(long revision, boolean wentBack) {
		fail();
		this.told.add("reset@" + revision + names(this.pages) + (wentBack ? " back" : ""));
		this.map.clear();
		this.pages.forEach(this::put);
	}

	@Override
	public void changed(long revision, List<WatchEvent> events) {
		fail();
		List<Entry> puts = of(WatchEvent.Type.PUT, events);
		List<Entry> deletes = of(WatchEvent.Type.DELETE, events);
		this.told.add("change@" + revision + " +" + names(puts) + " -" + names(deletes));
		puts.forEach(this::put);
		deletes.forEach((entry) -> this.map.remove(entry.key().toString()));
	}

	private static List<Entry> of(WatchEvent.Type type, List<WatchEvent> events) {
		return events.stream().filter((event) -> event.type() == type).map(WatchEvent::entry).toList();
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

	@Override
	public boolean awaited() {
		return this.awaited;
	}

	private void fail() {
		Error thrown = this.thrown;
		this.thrown = this.throwsAlways ? thrown : null;
		if (thrown != null) {
			throw thrown;
		}
	}

	private void put(Entry entry) {
		this.map.put(entry.key().toString(), entry.value().toString());
	}

	private static List<String> names(List<Entry> entries) {
		return entries.stream().map((entry) -> entry.key().toString()).toList();
	}

}
