package io.github.etcddiscovery.resolver;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.watch.Change;
import io.github.etcddiscovery.watch.Reset;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one range that is followed, decoded once for each time they change.
 * Confined to the loop's thread.
 */
final class RangeEntries {

	private final Layout layout;

	private final @Nullable String service;

	private final EntryReader reader;

	private final Map<Bytes, Known> known = new HashMap<>();

	private final Map<String, TreeMap<Bytes, Instance>> services = new HashMap<>();

	private boolean read;

	/**
	 * Begins empty.
	 * @param layout how the entries are written
	 * @param service the service whose range it is, or null for all
	 * @param reader makes instances of entries
	 */
	RangeEntries(Layout layout, @Nullable String service, EntryReader reader) {
		this.layout = layout;
		this.service = service;
		this.reader = reader;
	}

	/** Tells whether the range was listed at all. */
	boolean read() {
		return this.read;
	}

	Set<String> services() {
		return this.services.keySet();
	}

	/** Returns the instances of a service in the order of their keys. */
	Collection<Instance> instances(String service) {
		TreeMap<Bytes, Instance> instances = this.services.get(service);
		return (instances != null) ? instances.values() : List.of();
	}

	/**
	 * Takes over a list. An entry that was not written since it was read is not read
	 * again. The mod revision alone does not tell: etcd may have lost its data and
	 * counted past what was seen before anybody looked.
	 * @return the services of which an instance is another than before
	 */
	Set<String> apply(Reset reset) {
		this.read = true;
		Set<String> touched = new LinkedHashSet<>();
		Set<Bytes> gone = new HashSet<>(this.known.keySet());
		for (Entry entry : reset.entries()) {
			gone.remove(entry.key());
			Known before = this.known.get(entry.key());
			if (before == null || !before.isOf(entry)) {
				put(entry, touched);
			}
		}
		gone.forEach((key) -> remove(key, touched));
		return touched;
	}

	/**
	 * Takes over what one revision changed.
	 * @return the services of which an instance is another than before
	 */
	Set<String> apply(Change change) {
		Set<String> touched = new LinkedHashSet<>();
		change.puts().forEach((entry) -> put(entry, touched));
		change.deletes().forEach((key) -> remove(key, touched));
		return touched;
	}

	private void put(Entry entry, Set<String> touched) {
		Instance instance = this.reader.read(this.layout, this.service, entry);
		Known before = this.known.get(entry.key());
		Instance old = (before != null) ? before.instance() : null;
		if (instance == null || !instance.equals(old)) {
			forget(entry.key(), old, touched);
			if (instance != null) {
				this.services.computeIfAbsent(instance.service(), (name) -> new TreeMap<>()).put(entry.key(), instance);
				touched.add(instance.service());
			}
			old = instance;
		}
		this.known.put(entry.key(), new Known(entry.modRevision(), entry.lease(), entry.value().hashCode(), old));
	}

	private void remove(Bytes key, Set<String> touched) {
		Known before = this.known.remove(key);
		if (before != null) {
			forget(key, before.instance(), touched);
		}
	}

	private void forget(Bytes key, @Nullable Instance instance, Set<String> touched) {
		if (instance == null) {
			return;
		}
		this.services.computeIfPresent(instance.service(), (name, instances) -> {
			instances.remove(key);
			return instances.isEmpty() ? null : instances;
		});
		touched.add(instance.service());
	}

	/**
	 * What an entry was found to be; no instance where it was left out. Its value is not
	 * kept, only enough to know it again.
	 */
	private record Known(long modRevision, long lease, int valueHash, @Nullable Instance instance) {

		boolean isOf(Entry entry) {
			return this.modRevision == entry.modRevision() && this.lease == entry.lease()
					&& this.valueHash == entry.value().hashCode();
		}

	}

}
