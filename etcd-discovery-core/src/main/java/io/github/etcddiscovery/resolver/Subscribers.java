package io.github.etcddiscovery.resolver;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who is told of what. Confined to the loop's thread.
 */
final class Subscribers {

	private final Map<String, Set<Subscriber>> toOne = new HashMap<>();

	private final Set<Subscriber> toAll = new LinkedHashSet<>();

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
		if (snapshot.state() == ServiceSnapshot.State.READ) {
			this.toOne.getOrDefault(snapshot.service(), Set.of()).forEach((subscriber) -> subscriber.offer(snapshot));
		}
	}

}
