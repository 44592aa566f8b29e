package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.retry.FailedAttempts;
import io.github.etcddiscovery.retry.RetryOptions;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that are made for a claim: how often they have failed, how soon to try
 * again, and what to call it meanwhile. Confined to the loop's thread.
 */
final class Pace {

	private final EventLoop loop;

	private final Leases leases;

	private final RetryOptions retry;

	private final DiscoveryObserver observer;

	private final FailedAttempts failures;

	/** When the attempt began that is under way; null where none is. */
	private @Nullable Long startedAt;

	/** When the first failed attempt since the last success ended. */
	private long failingSince;

	Pace(RegistryContext context, Leases leases) {
		this.loop = context.loop();
		this.leases = leases;
		this.retry = context.options().retry();
		this.observer = context.options().observer();
		this.failures = new FailedAttempts(this.retry, context.random());
	}

	/** An attempt begins, unless one is under way. */
	void trying() {
		if (this.startedAt == null) {
			this.startedAt = this.loop.now();
		}
	}

	/** The attempt that is under way is not needed any more. */
	void notNeeded() {
		this.startedAt = null;
	}

	void succeeded() {
		if (this.startedAt != null) {
			this.observer.registerAttempt(this.loop.since(this.startedAt), null);
			notNeeded();
		}
		begin();
	}

	/** Counts a failed attempt. Returns how long to wait for the next. */
	Duration failed(EtcdDiscoveryException cause) {
		if (this.startedAt != null) {
			this.observer.registerAttempt(this.loop.since(this.startedAt), cause);
			notNeeded();
		}
		if (attempts() == 0) {
			this.failingSince = this.loop.now();
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
		boolean many = this.retry.maxAttemptTimes() > 0 && attempts() >= this.retry.maxAttemptTimes();
		return many && (this.retry.stopWhenExhausted()
				|| this.loop.since(this.failingSince).compareTo(this.leases.ttl()) >= 0);
	}

}
