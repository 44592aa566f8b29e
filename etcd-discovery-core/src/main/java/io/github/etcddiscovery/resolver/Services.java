package io.github.etcddiscovery.resolver;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * All services of which something is known or wanted, by name, and the names of all that
 * have an instance: what readers see. Written by the loop's thread only, but for a
 * service that is asked for for the first time.
 */
final class Services {

	private final Function<String, @Nullable List<Feed>> feedsUnlessAsked;

	private final ConcurrentHashMap<String, Service> byName = new ConcurrentHashMap<>();

	private volatile List<String> names = List.of();

	private volatile long revision;

	/** Those of the names that are shown next. */
	private final TreeSet<String> nextNames = new TreeSet<>();

	private boolean namesChanged;

	private long shown;

	/** Names of services that need not be followed, as they were read last. */
	private Set<String> namesRead = Set.of();

	/**
	 * Begins with none.
	 * @param feedsUnlessAsked returns what tells of a service for which nobody has asked,
	 * or null where it has to be asked for
	 */
	Services(Function<String, @Nullable List<Feed>> feedsUnlessAsked) {
		this.feedsUnlessAsked = feedsUnlessAsked;
	}

	@Nullable Service get(String name) {
		return this.byName.get(name);
	}

	/** Returns what is known of a service, and notes that it is in use. */
	ServiceSnapshot read(String name) {
		Service service = this.byName.get(name);
		return (service != null) ? service.read() : absent(name, this.feedsUnlessAsked.apply(name));
	}

	/** Returns a service; one of which nothing is known begins as absent. */
	Service obtain(String name) {
		Service known = this.byName.get(name);
		if (known != null) {
			return known;
		}
		// Not within the map: this asks codecs of users, who may look up a service there.
		List<Feed> feeds = this.feedsUnlessAsked.apply(name);
		Service service = new Service(absent(name, feeds), feeds);
		Service present = this.byName.putIfAbsent(name, service);
		return (present != null) ? present : service;
	}

	/**
	 * Returns the snapshot of a service of which nothing is known. It is made anew each
	 * time: kept ones would let whoever asks for endless names fill the memory.
	 */
	private ServiceSnapshot absent(String name, @Nullable List<Feed> feeds) {
		return new ServiceSnapshot(name, this.revision, List.of(), Service.state(feeds));
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

	/** Returns the names of the services that have an instance, sorted. */
	List<String> names() {
		return this.names;
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

	/** Replaces what readers see of a service. */
	void show(Service service, ServiceSnapshot snapshot) {
		service.show(snapshot);
		this.shown++;
	}

	/** Returns how many snapshots have replaced others so far. */
	long shownSoFar() {
		return this.shown;
	}

	/** What is shown of a service may have come or gone. */
	void noteName(String name) {
		this.namesChanged |= isNamed(name) ? this.nextNames.add(name) : this.nextNames.remove(name);
	}

	/** Tells whether a service has instances that are shown, or its name was read. */
	boolean isNamed(String name) {
		Service service = this.byName.get(name);
		return (service != null && !service.snapshot().instances().isEmpty()) || this.namesRead.contains(name);
	}

	/** Names of services were read, which need not be followed. */
	void namesRead(Set<String> names) {
		Set<String> before = this.namesRead;
		this.namesRead = names;
		before.forEach(this::noteName);
		names.forEach(this::noteName);
		publishNames();
	}

	/** Shows which names have come and gone. */
	void publishNames() {
		if (this.namesChanged) {
			this.names = List.copyOf(this.nextNames);
			this.namesChanged = false;
		}
	}

}
