package io.github.etcddiscovery;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what an observer throws from the loop that called it.
 */
final class GuardedObserver implements DiscoveryObserver {

	private static final Logger logger = LoggerFactory.getLogger(DiscoveryObserver.class);

	private final DiscoveryObserver observer;

	GuardedObserver(DiscoveryObserver observer) {
		this.observer = observer;
	}

	@Override
	public void registerAttempt(Duration took, @Nullable Throwable failure) {
		guard(() -> this.observer.registerAttempt(took, failure));
	}

	@Override
	public void renewal(Duration took, @Nullable Throwable failure) {
		guard(() -> this.observer.renewal(took, failure));
	}

	@Override
	public void registrationState(String service, String key, String from, String to) {
		guard(() -> this.observer.registrationState(service, key, from, to));
	}

	@Override
	public void watchEvents(int count) {
		guard(() -> this.observer.watchEvents(count));
	}

	@Override
	public void resync(String reason) {
		guard(() -> this.observer.resync(reason));
	}

	@Override
	public void rejected(String reason) {
		guard(() -> this.observer.rejected(reason));
	}

	@Override
	public void instances(String service, int instances) {
		guard(() -> this.observer.instances(service, instances));
	}

	@Override
	public DiscoveryObserver guarded() {
		return this;
	}

	private static void guard(Runnable call) {
		try {
			call.run();
		}
		// Everything: Kotlin throws checked exceptions, and endless recursion is an
		// Error.
		catch (Throwable ex) {
			logger.warn("An observer of discovery failed and was ignored", ex);
		}
	}

}
