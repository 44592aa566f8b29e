package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.retry.FailedAttempts;

/**
 * How often work on a key has failed, how soon to try again, and what to call it
 * meanwhile. Confined to the loop's thread.
 */
final class Pace {

	private final LeaseKeeper leases;

	private final int maxAttempts;

	private final FailedAttempts failures;

	Pace(RegistryContext context, LeaseKeeper leases) {
		this.leases = leases;
		this.maxAttempts = context.options().retry().maxAttemptTimes();
		this.failures = new FailedAttempts(context.options().retry(), context.random());
	}

	/** Counts a failed attempt. Returns how long to wait for the next. */
	Duration failed(EtcdDiscoveryException cause) {
		return this.failures.add(cause.kind().refused(), this.leases.ttl().dividedBy(3));
	}

	/** Returns how many attempts have failed, one after the other. */
	int attempts() {
		return this.failures.count();
	}

	/** Begins to count anew. */
	void begin() {
		this.failures.clear();
	}

	/**
	 * Returns the state after the attempts that were counted, the last of which ended so.
	 */
	RegistrationState state(EtcdDiscoveryException cause) {
		return switch (cause.kind()) {
			case LOGIN_REFUSED, PERMISSION_DENIED, NO_SPACE -> RegistrationState.DENIED;
			default -> (this.maxAttempts > 0 && attempts() >= this.maxAttempts) ? RegistrationState.FAILED
					: RegistrationState.WAITING;
		};
	}

}
