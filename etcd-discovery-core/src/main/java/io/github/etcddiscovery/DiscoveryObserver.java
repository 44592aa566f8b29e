package io.github.etcddiscovery;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What metrics and events are taken from. Every method does nothing unless overridden, is
 * called on a loop's thread and must return at once; what it throws is logged and
 * otherwise ignored.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public interface DiscoveryObserver {

	/** Observes nothing. */
	DiscoveryObserver NONE = new DiscoveryObserver() {
	};

	/**
	 * An attempt to write a registration has ended.
	 * @param took how long it took
	 * @param failure why it failed, or null where it was written
	 */
	default void registerAttempt(Duration took, @Nullable Throwable failure) {
	}

	/**
	 * A renewal of the lease has ended.
	 * @param took how long it took
	 * @param failure why it failed, or null where it was acknowledged
	 */
	default void renewal(Duration took, @Nullable Throwable failure) {
	}

	/**
	 * A registration went from one state to another.
	 * @param service the service
	 * @param key the whole key, as text: what cannot be shown is escaped
	 * @param from name of the state that was left
	 * @param to name of the state that was entered
	 */
	default void registrationState(String service, String key, String from, String to) {
	}

	/**
	 * A watch delivered events.
	 * @param count how many
	 */
	default void watchEvents(int count) {
	}

	/**
	 * A range was listed again.
	 * @param reason why: a short word, the same for every case of the kind
	 */
	default void resync(String reason) {
	}

	/**
	 * An entry of the registry was left out.
	 * @param reason why: a short word, the same for every case of the kind
	 */
	default void rejected(String reason) {
	}

	/**
	 * The instances of a service changed.
	 * @param service the service
	 * @param instances how many there are now
	 */
	default void instances(String service, int instances) {
	}

	/**
	 * Returns an observer that cannot do harm.
	 * @return this observer, but what it throws is logged, and the caller goes on
	 */
	default DiscoveryObserver guarded() {
		return new GuardedObserver(this);
	}

}
