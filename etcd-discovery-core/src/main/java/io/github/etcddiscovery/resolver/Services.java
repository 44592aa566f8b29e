package io.github.etcddiscovery.resolver;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.jspecify.annotations.Nullable;

/**
 * All services of which something is known or wanted, by name: what readers see. Written
 * by the loop's thread only, but for a service that is asked for for the first time.
 */
final class Services {

	private final Layouts layouts;

	private final FirstAnswer shared;

	private final ConcurrentHashMap<String, Service> byName = new ConcurrentHashMap<>();

	private volatile List<String> names = List.of();

	private volatile long revision;

	private volatile boolean allRead;

	/**
	 * Begins with none.
	 * @param layouts which names can be carried
	 * @param shared what lookups of services wait for that are not followed one by one
	 */
	Services(Layouts layouts, FirstAnswer shared) {
		this.layouts = layouts;
		this.shared = shared;
	}

	@Nullable Service get(String name) {
		return this.byName.get(name);
	}

	/** Returns a service; one of which nothing is known begins as absent. */
	Service obtain(String name) {
		Service known = this.byName.get(name);
		return (known != null) ? known
				: this.byName.computeIfAbsent(name, (absent) -> new Service(absent(absent), this.shared));
	}

	/**
	 * Puts a service back that was removed while somebody began to use it.
	 * @return whether it is the one that readers see
	 */
	boolean restore(Service service) {
		Service present = this.byName.putIfAbsent(service.name(), service);
		return present == null || present == service;
	}

	/** Forgets a service that nobody needs to know of. */
	void removeUnneeded(Service service) {
		if (!service.isNeeded()) {
			this.byName.remove(service.name(), service);
		}
	}

	Collection<Service> all() {
		return this.byName.values();
	}

	/**
	 * Returns the snapshot of a service of which nothing is known. It is made anew each
	 * time: kept ones would let whoever asks for endless names fill the memory.
	 */
	ServiceSnapshot absent(String name) {
		boolean read = (this.allRead && this.layouts.followedFor(name).isEmpty()) || !this.layouts.carried(name);
		return new ServiceSnapshot(name, this.revision, List.of(), read ? State.READ : State.UNREAD);
	}

	/** Returns the names of the services that have an instance, sorted. */
	List<String> names() {
		return this.names;
	}

	void names(List<String> names) {
		this.names = names;
	}

	/** Returns the newest revision that is known. */
	long revision() {
		return this.revision;
	}

	/**
	 * Members that serve different watches can be one behind the other; what readers see
	 * goes back only where etcd itself does.
	 */
	void cameTo(long revision, boolean wentBack) {
		this.revision = wentBack ? revision : Math.max(revision, this.revision);
	}

	/** Tells whether everything that is followed as a whole was listed. */
	boolean allRead() {
		return this.allRead;
	}

	void markAllRead() {
		this.allRead = true;
	}

}
