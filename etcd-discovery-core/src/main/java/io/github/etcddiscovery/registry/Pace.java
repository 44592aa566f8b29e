package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.retry.Backoff;
import io.github.etcddiscovery.retry.RetryOptions;

/**
 * How soon to try again, and what to call it meanwhile, by what the last attempt failed
 * with.
 */
final class Pace {

	private final RegistryContext context;

	private final LeaseKeeper leases;

	Pace(RegistryContext context, LeaseKeeper leases) {
		this.context = context;
		this.leases = leases;
	}

	Duration after(EtcdDiscoveryException cause, int attempts) {
		return backoff(cause).delay(attempts, this.context.random());
	}

	private Backoff backoff(EtcdDiscoveryException cause) {
		RetryOptions retry = this.context.options().retry();
		return cause.kind().refused() ? retry.refused() : retry.unanswered(this.leases.ttl().dividedBy(3));
	}

	/**
	 * The state after so many consecutive failed attempts, the last of which ended so.
	 */
	RegistrationState stateAfter(EtcdDiscoveryException cause, int attempts) {
		int max = this.context.options().retry().maxAttemptTimes();
		return switch (cause.kind()) {
			case LOGIN_REFUSED, PERMISSION_DENIED, NO_SPACE -> RegistrationState.DENIED;
			default -> (max > 0 && attempts >= max) ? RegistrationState.FAILED : RegistrationState.WAITING;
		};
	}

}
