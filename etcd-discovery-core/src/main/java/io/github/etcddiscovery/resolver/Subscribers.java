package io.github.etcddiscovery.resolver;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who is told of what. Confined to the loop's thread.
 */
final class Subscribers {

	private final Predicate<ServiceSnapshot> ripe;

	private final Map<String, Set<Subscriber>> toOne = new HashMap<>();

	private final Set<Subscriber> toAll = new LinkedHashSet<>();

	/**
	 * Begins with none.
	 * @param ripe tells whether a snapshot can be told to those who ask for its service
	 */
	Subscribers(Predicate<ServiceSnapshot> ripe) {
		this.ripe = ripe;
	}

	void add(String service, Subscriber subscriber) {
		this.toOne.computeIfAbsent(service, (name) -> new LinkedHashSet<>()).add(subscriber);
	}

	void addToAll(Subscriber subscriber) {
		this.toAll.add(subscriber);
	}

	void remove(String service, Subscriber subscriber) {
		this.toOne.computeIfPresent(service, (name, subscribers) -> {
			subscribers.remove(subscriber);
			return subscribers.isEmpty() ? null : subscribers;
		});
	}

	void removeFromAll(Subscriber subscriber) {
		this.toAll.remove(subscriber);
	}

	boolean any(String service) {
		return this.toOne.containsKey(service);
	}

	Set<String> services() {
		return this.toOne.keySet();
	}

	void offer(ServiceSnapshot snapshot) {
		this.toAll.forEach((subscriber) -> subscriber.offer(snapshot));
		offerToOne(snapshot);
	}

	/** Leaves out those who are told of all services. */
	void offerToOne(ServiceSnapshot snapshot) {
		if (this.ripe.test(snapshot)) {
			this.toOne.getOrDefault(snapshot.service(), Set.of()).forEach((subscriber) -> subscriber.offer(snapshot));
		}
	}

}
