package io.github.etcddiscovery.resolver;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * Everything that readers see. Written by the loop's thread only, but for the slot of a
 * service that is asked for for the first time.
 */
final class Catalog {

	private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();

	private final ConcurrentHashMap<KeyRange, EtcdDiscoveryException> unread = new ConcurrentHashMap<>();

	private volatile List<String> services = List.of();

	private volatile long revision;

	private volatile boolean read;

	@Nullable Slot slot(String service) {
		return this.slots.get(service);
	}

	Slot slotFor(String service) {
		return this.slots.computeIfAbsent(service, Slot::new);
	}

	/**
	 * Puts a slot back that was removed while somebody began to use it.
	 * @return whether it is the one that readers see
	 */
	boolean restore(Slot slot) {
		Slot present = this.slots.putIfAbsent(slot.service(), slot);
		return present == null || present == slot;
	}

	void remove(Slot slot) {
		this.slots.remove(slot.service(), slot);
	}

	Collection<Slot> slots() {
		return this.slots.values();
	}

	/** Returns the names of the services that have an instance, sorted. */
	List<String> services() {
		return this.services;
	}

	void services(List<String> services) {
		this.services = services;
	}

	long revision() {
		return this.revision;
	}

	void revision(long revision) {
		this.revision = revision;
	}

	/** Returns why a range that is followed has not been listed yet, or null. */
	@Nullable EtcdDiscoveryException whyUnread(KeyRange range) {
		return this.unread.get(range);
	}

	void unread(KeyRange range, EtcdDiscoveryException why) {
		this.unread.put(range, why);
	}

	/** A range was listed, or is not followed any more. */
	void noLongerUnread(KeyRange range) {
		this.unread.remove(range);
	}

	/** Tells whether everything that is followed as a whole was listed. */
	boolean read() {
		return this.read;
	}

	void allRead() {
		this.read = true;
	}

}
