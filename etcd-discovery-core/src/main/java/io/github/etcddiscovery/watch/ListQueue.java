package io.github.etcddiscovery.watch;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Keeps watches that are lost together from listing all at once: so many lists are under
 * way at most, and ranges that somebody waits for come first. Confined to the thread of a
 * loop.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public final class ListQueue {

	static final int MAX_LISTS = 16;

	private final Set<RangeWatch> waiting = new LinkedHashSet<>();

	private final Set<RangeWatch> listing = new HashSet<>();

	/** Lets a watch list, at once or when it is its turn. */
	void enter(RangeWatch watch) {
		this.waiting.add(watch);
		letNextIn();
	}

	/** A watch has listed, or does not want to any more. Does nothing the second time. */
	void leave(RangeWatch watch) {
		this.waiting.remove(watch);
		if (this.listing.remove(watch)) {
			letNextIn();
		}
	}

	private void letNextIn() {
		while (this.listing.size() < MAX_LISTS && !this.waiting.isEmpty()) {
			RangeWatch next = this.waiting.stream()
				.filter(RangeWatch::awaited)
				.findFirst()
				.orElseGet(() -> this.waiting.iterator().next());
			this.waiting.remove(next);
			this.listing.add(next);
			next.list();
		}
	}

}
