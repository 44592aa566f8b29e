package io.github.etcddiscovery.registry;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Listing;

import static java.util.Objects.requireNonNull;

/**
 * Reads keys: those that are asked for in one turn of the loop together, up to a hundred
 * in one transaction, and one by one where such a transaction is refused, because of one
 * of them. Confined to the loop's thread.
 */
final class Reads {

	private final RegistryContext context;

	private final Reconciler registry;

	private final Set<Key> asked = new LinkedHashSet<>();

	Reads(RegistryContext context, Reconciler registry) {
		this.context = context;
		this.registry = registry;
	}

	/** A key is read soon, and told what stands there, or that it could not be read. */
	void ask(Key key) {
		if (this.asked.isEmpty()) {
			this.context.loop().execute(this::read);
		}
		this.asked.add(key);
	}

	private void read() {
		List<Key> keys = new ArrayList<>(this.asked);
		this.asked.clear();
		for (int from = 0; from < keys.size(); from += EtcdClient.MAX_KEYS) {
			read(List.copyOf(keys.subList(from, Math.min(from + EtcdClient.MAX_KEYS, keys.size()))));
		}
	}

	private void read(List<Key> keys) {
		long askedAt = this.registry.tick();
		StoreAge.Mark sent = this.registry.storeAge().mark();
		List<Bytes> names = keys.stream().map(Key::bytes).toList();
		this.context.loop().whenDone(this.context.client().read(names), (listing, failure) -> {
			if (listing == null) {
				failed(keys, EtcdDiscoveryException.of("read of " + names.get(0), requireNonNull(failure)), askedAt);
			}
			else if (this.registry.storeAge().believes(sent, listing.revision())) {
				told(keys, listing, askedAt);
			}
		});
	}

	private static void told(List<Key> keys, Listing listing, long askedAt) {
		Map<Bytes, Entry> entries = listing.entries()
			.stream()
			.collect(Collectors.toMap(Entry::key, Function.identity()));
		keys.forEach((key) -> key.read(new Seen(listing.revision(), entries.get(key.bytes())), askedAt));
	}

	private void failed(List<Key> keys, EtcdDiscoveryException cause, long askedAt) {
		if (cause.kind() == Kind.PERMISSION_DENIED && keys.size() > 1) {
			keys.forEach((key) -> read(List.of(key)));
		}
		else {
			keys.forEach((key) -> key.notRead(cause, askedAt));
		}
	}

}
