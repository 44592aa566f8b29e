package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.registry.RegistrationState;

/**
 * Remembers since when keys are out of the registry against their will. Not part of the
 * API that users write against; may change.
 */
public final class OutOfRegistry implements DiscoveryObserver {

	private static final Set<RegistrationState> AS_WANTED = EnumSet.of(RegistrationState.REGISTERED,
			RegistrationState.UNCERTAIN, RegistrationState.OUT, RegistrationState.CLOSED);

	private final Map<String, Long> since = new ConcurrentHashMap<>();

	@Override
	public void registrationState(String service, String key, String from, String to) {
		if (AS_WANTED.contains(RegistrationState.valueOf(to))) {
			this.since.remove(key);
		}
		else {
			this.since.putIfAbsent(key, System.nanoTime());
		}
	}

	/** For how long the longest of them is out; zero where none is. */
	Duration longest() {
		if (this.since.isEmpty()) {
			return Duration.ZERO;
		}
		long now = System.nanoTime();
		return Duration
			.ofNanos(Collections.max(this.since.values().stream().map((then) -> now - then).toList(), Long::compare));
	}

}
