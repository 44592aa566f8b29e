package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.registry.RegistrationState;
import org.jspecify.annotations.Nullable;

/**
 * Remembers since when keys are out of the registry against their will. Not part of the
 * API that users write against; may change.
 */
public final class OutOfRegistry implements DiscoveryObserver {

	private static final Set<RegistrationState> AS_WANTED = EnumSet.of(RegistrationState.REGISTERED,
			RegistrationState.UNCERTAIN, RegistrationState.OUT, RegistrationState.CLOSED);

	private final Map<String, Long> since = new ConcurrentHashMap<>();

	/** When etcd last left a call of ours, or a check of health, without an answer. */
	private final AtomicReference<@Nullable Long> unanswered = new AtomicReference<>();

	@Override
	public void registerAttempt(Duration took, @Nullable Throwable failure) {
		remember(failure);
	}

	@Override
	public void renewal(Duration took, @Nullable Throwable failure) {
		remember(failure);
	}

	private void remember(@Nullable Throwable failure) {
		if (failure != null && EtcdDiscoveryException.of("write", failure).kind() == Kind.UNAVAILABLE) {
			notAnswered();
		}
	}

	/** Etcd is away: the time until now does not count. */
	void notAnswered() {
		this.unanswered.set(System.nanoTime());
	}

	@Override
	public void registrationState(String service, String key, String from, String to) {
		if (AS_WANTED.contains(RegistrationState.valueOf(to))) {
			this.since.remove(key);
		}
		else {
			this.since.putIfAbsent(key, System.nanoTime());
		}
	}

	/**
	 * For how long the longest of them is out while our calls are answered; zero where
	 * none is.
	 */
	Duration longest() {
		long now = System.nanoTime();
		long out = this.since.values().stream().mapToLong((then) -> now - then).max().orElse(0);
		Long silent = this.unanswered.get();
		return Duration.ofNanos((silent != null) ? Math.min(out, now - silent) : out);
	}

}
