package io.github.etcddiscovery.resolver;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.FeedEntry.Address;
import io.github.etcddiscovery.resolver.ServiceSnapshot.Instances;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/**
 * What stands in etcd of one service, over all layouts, in the order in which it is
 * shown. Of several entries with one host and port the first layout's is shown, and
 * within a layout the first key's; the others wait for it to go. A change moves
 * references within two arrays and touches no other instance. Confined to the loop's
 * thread.
 */
final class ServiceEntries {

	private static final FeedEntry[] NO_ENTRIES = {};

	private static final DiscoveredInstance[] NO_INSTANCES = {};

	/** Those that are shown, in order; beyond the size there is nothing. */
	private @Nullable FeedEntry[] shown = NO_ENTRIES;

	/** Their instances, at the same places. */
	private @Nullable DiscoveredInstance[] instances = NO_INSTANCES;

	private int size;

	private final Map<Address, FeedEntry> addresses = new HashMap<>();

	/** Those whose address another one shows, by that address, the next one first. */
	private final Map<Address, NavigableSet<FeedEntry>> hidden = new HashMap<>();

	boolean isEmpty() {
		return this.size == 0;
	}

	/** Returns how many instances are shown. */
	int size() {
		return this.size;
	}

	/** Returns the one that is shown at an address, or null. */
	@Nullable FeedEntry at(Address address) {
		return this.addresses.get(address);
	}

	/** Returns how many of the instances that are shown are so. */
	int countOf(Predicate<DiscoveredInstance> condition) {
		int count = 0;
		for (int i = 0; i < this.size; i++) {
			count += condition.test(requireNonNull(this.instances[i])) ? 1 : 0;
		}
		return count;
	}

	/** Adds an entry that has an instance. */
	void add(FeedEntry entry) {
		FeedEntry present = this.addresses.get(entry.address());
		if (present == null) {
			show(entry);
		}
		else if (entry.compareTo(present) < 0) {
			hide(present);
			unshow(present);
			show(entry);
		}
		else {
			hide(entry);
		}
	}

	private void hide(FeedEntry entry) {
		this.hidden.computeIfAbsent(entry.address(), (address) -> new TreeSet<>()).add(entry);
	}

	private void hideNoMore(FeedEntry entry) {
		this.hidden.computeIfPresent(entry.address(), (address, others) -> {
			others.remove(entry);
			return others.isEmpty() ? null : others;
		});
	}

	/** Removes an entry that was added. */
	void remove(FeedEntry entry) {
		if (this.addresses.get(entry.address()) != entry) {
			hideNoMore(entry);
			return;
		}
		unshow(entry);
		NavigableSet<FeedEntry> others = this.hidden.get(entry.address());
		if (others != null) {
			FeedEntry next = others.first();
			show(next);
			hideNoMore(next);
		}
	}

	/** Removes all entries of a layout. */
	void removeLayout(int layout) {
		this.hidden.values().removeIf((others) -> {
			others.removeIf((entry) -> entry.layout() == layout);
			return others.isEmpty();
		});
		for (int i = this.size - 1; i >= 0; i--) {
			FeedEntry entry = requireNonNull(this.shown[i]);
			if (entry.layout() == layout) {
				remove(entry);
			}
		}
	}

	/** Puts an entry in the place of the one that had its key. */
	void replace(FeedEntry before, FeedEntry entry) {
		if (this.addresses.get(before.address()) == before && before.address().equals(entry.address())) {
			int place = place(before);
			this.shown[place] = entry;
			this.instances[place] = entry.discovered();
			this.addresses.put(entry.address(), entry);
		}
		else {
			remove(before);
			add(entry);
		}
	}

	/**
	 * Returns the instances as they are to be shown.
	 * @param before the list that is shown
	 * @return an immutable list; the same as before where it holds the same
	 */
	List<Instance> list(List<Instance> before) {
		if (before.size() == this.size && isSameAs(before)) {
			return before;
		}
		return (this.size == 0) ? Instances.NONE
				: new Instances(requireNonNull(Arrays.copyOf(this.instances, this.size)));
	}

	/**
	 * Returns the instances together with others that do not stand in etcd any more.
	 * @param kept the others, at addresses where there is nobody else
	 * @param before the list that is shown
	 * @return an immutable list; the same as before where it holds the same
	 */
	List<Instance> listWith(List<FeedEntry> kept, List<Instance> before) {
		ServiceEntries all = new ServiceEntries();
		all.size = this.size + kept.size();
		all.shown = requireNonNull(Arrays.copyOf(this.shown, all.size));
		for (int i = 0; i < kept.size(); i++) {
			all.shown[this.size + i] = kept.get(i);
		}
		// Both parts are nearly in order, so that this is a merge.
		Arrays.sort(all.shown);
		all.instances = new DiscoveredInstance[all.size];
		for (int i = 0; i < all.size; i++) {
			all.instances[i] = requireNonNull(all.shown[i]).discovered();
		}
		List<Instance> list = all.list(before);
		// Those of before were kept, perhaps.
		for (int i = 0; i < this.size; i++) {
			this.instances[i] = requireNonNull(this.shown[i]).discovered();
		}
		return list;
	}

	/** What was changed and changed back is what it was: not only equal but the same. */
	@SuppressWarnings("ReferenceEquality")
	private boolean isSameAs(List<Instance> before) {
		for (int i = 0; i < this.size; i++) {
			Instance old = before.get(i);
			Instance now = requireNonNull(this.instances[i]).instance();
			if (old != now && !old.equals(now)) {
				return false;
			}
		}
		if (before instanceof Instances shown) {
			keep(shown);
		}
		return true;
	}

	@SuppressWarnings("ReferenceEquality")
	private void keep(Instances shown) {
		for (int i = 0; i < this.size; i++) {
			if (shown.discovered(i) != this.instances[i]) {
				this.instances[i] = shown.discovered(i);
				requireNonNull(this.shown[i]).keep(shown.discovered(i));
			}
		}
	}

	/** First all that needs memory, so that it is done as a whole or not at all. */
	private void show(FeedEntry entry) {
		if (this.size == this.shown.length) {
			makeRoom();
		}
		this.addresses.put(entry.address(), entry);
		int place = -place(entry) - 1;
		System.arraycopy(this.shown, place, this.shown, place + 1, this.size - place);
		System.arraycopy(this.instances, place, this.instances, place + 1, this.size - place);
		this.shown[place] = entry;
		this.instances[place] = entry.discovered();
		this.size++;
	}

	private void makeRoom() {
		int room = Math.max(4, this.size + (this.size >> 2));
		@Nullable FeedEntry[] entries = Arrays.copyOf(this.shown, room);
		this.instances = Arrays.copyOf(this.instances, room);
		this.shown = entries;
	}

	private void unshow(FeedEntry entry) {
		int place = place(entry);
		this.size--;
		System.arraycopy(this.shown, place + 1, this.shown, place, this.size - place);
		System.arraycopy(this.instances, place + 1, this.instances, place, this.size - place);
		this.shown[this.size] = null;
		this.instances[this.size] = null;
		this.addresses.remove(entry.address());
	}

	/** Lists come in order, so that most entries are greater than all before. */
	private int place(FeedEntry entry) {
		if (this.size > 0 && entry.compareTo(requireNonNull(this.shown[this.size - 1])) > 0) {
			return -this.size - 1;
		}
		return Arrays.binarySearch(this.shown, 0, this.size, entry);
	}

}
