package io.github.etcddiscovery.resolver;

import org.jspecify.annotations.Nullable;

/**
 * Finds the entry that has an address. A hash table of nothing but references, because
 * there is one place for each instance that is known: a map of the JDK takes 60 bytes
 * more. Confined to the loop's thread.
 */
final class AddressTable {

	private static final int FEWEST = 4;

	/** Places are tried one after the other; at least a third of them is free. */
	private @Nullable FeedEntry[] places = new @Nullable FeedEntry[FEWEST];

	private int size;

	/** Returns the entry with the same address, or null. */
	@Nullable FeedEntry find(FeedEntry entry) {
		return this.places[place(entry)];
	}

	/** Puts an entry where the one with its address is, or to the others. */
	void put(FeedEntry entry) {
		if ((this.size + 1) * 3 > this.places.length * 2) {
			grow();
		}
		int place = place(entry);
		if (this.places[place] == null) {
			this.size++;
		}
		this.places[place] = entry;
	}

	/** Removes the entry with this address, and moves up those that had to give way. */
	void remove(FeedEntry entry) {
		int free = place(entry);
		if (this.places[free] == null) {
			return;
		}
		this.size--;
		int place = free;
		while (true) {
			place = next(place);
			FeedEntry moved = this.places[place];
			if (moved == null) {
				break;
			}
			int wanted = first(moved);
			boolean stays = (free < place) ? wanted > free && wanted <= place : wanted > free || wanted <= place;
			if (!stays) {
				this.places[free] = moved;
				free = place;
			}
		}
		this.places[free] = null;
	}

	private int place(FeedEntry entry) {
		int place = first(entry);
		for (FeedEntry there = this.places[place]; there != null; there = this.places[place]) {
			if (there.hasAddressOf(entry)) {
				return place;
			}
			place = next(place);
		}
		return place;
	}

	private int first(FeedEntry entry) {
		return entry.addressHash() & (this.places.length - 1);
	}

	private int next(int place) {
		return (place + 1) & (this.places.length - 1);
	}

	private void grow() {
		@Nullable FeedEntry[] before = this.places;
		this.places = new @Nullable FeedEntry[before.length * 2];
		for (FeedEntry entry : before) {
			if (entry != null) {
				this.places[place(entry)] = entry;
			}
		}
	}

}
