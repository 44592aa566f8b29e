package io.github.etcddiscovery.guard;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;

/** When a caller has seen instances go, each by its port. */
final class Departures implements Consumer<ServiceSnapshot> {

	private final Map<Integer, Long> gone = new ConcurrentHashMap<>();

	private Set<Integer> before = Set.of();

	static Departures seenBy(EtcdResolver caller, String service) {
		Departures departures = new Departures();
		caller.subscribe(service, departures);
		return departures;
	}

	/** Called by one thread at a time. */
	@Override
	public void accept(ServiceSnapshot snapshot) {
		Set<Integer> now = snapshot.instances().stream().map(Instance::port).collect(Collectors.toSet());
		Set<Integer> left = new HashSet<>(this.before);
		left.removeAll(now);
		left.forEach((port) -> this.gone.put(port, System.nanoTime()));
		this.before = now;
	}

	/** Returns how many have gone. */
	int size() {
		return this.gone.size();
	}

	/**
	 * Returns how much later an instance has gone here than elsewhere, at the longest.
	 */
	Duration behind(Departures other) {
		return Duration.ofNanos(this.gone.keySet()
			.stream()
			.mapToLong((port) -> this.gone.get(port) - other.gone.get(port))
			.max()
			.orElseThrow());
	}

}
