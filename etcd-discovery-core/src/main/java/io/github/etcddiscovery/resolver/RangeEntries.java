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
	 * Takes over a list. What stands there at the mod revision that is known is what is
	 * known, unless etcd has lost data, and counts its revisions anew.
	 * @return the services of which an instance is another than before
	 */
	Set<String> apply(Reset reset) {
		this.read = true;
		Set<String> touched = new LinkedHashSet<>();
		Set<Bytes> gone = new HashSet<>(this.known.keySet());
		for (Entry entry : reset.entries()) {
			gone.remove(entry.key());
			Known before = this.known.get(entry.key());
			if (reset.wentBack() || before == null || before.modRevision() != entry.modRevision()) {
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
		this.known.put(entry.key(), new Known(entry.modRevision(), old));
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
	 * What an entry was found to be at a revision; no instance where it was left out.
	 */
	private record Known(long modRevision, @Nullable Instance instance) {

	}

}
