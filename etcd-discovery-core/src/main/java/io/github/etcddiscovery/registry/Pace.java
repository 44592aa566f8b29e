package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.retry.FailedAttempts;
import io.github.etcddiscovery.retry.RetryOptions;

/**
 * How often attempts for a claim have failed, how soon to try again, and what to call it
 * meanwhile. Confined to the loop's thread.
 */
final class Pace {

	private final RegistryContext context;

	private final Leases leases;

	private final FailedAttempts failures;

	/** When the first failed attempt since the last success ended. */
	private long failingSince;

	Pace(RegistryContext context, Leases leases) {
		this.context = context;
		this.leases = leases;
		this.failures = new FailedAttempts(context.options().retry(), context.random());
	}

	/** Counts a failed attempt. Returns how long to wait for the next. */
	Duration failed(EtcdDiscoveryException cause) {
		if (attempts() == 0) {
			this.failingSince = this.context.loop().now();
		}
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
		if (cause.kind().refused()) {
			return RegistrationState.DENIED;
		}
		return exhausted() ? RegistrationState.FAILED : RegistrationState.WAITING;
	}

	/** Who gives up does so by number; what is only shown is shown after one TTL. */
	private boolean exhausted() {
		RetryOptions retry = this.context.options().retry();
		boolean many = retry.maxAttemptTimes() > 0 && attempts() >= retry.maxAttemptTimes();
		return many && (retry.stopWhenExhausted()
				|| this.context.loop().since(this.failingSince).compareTo(this.leases.ttl()) >= 0);
	}

}
