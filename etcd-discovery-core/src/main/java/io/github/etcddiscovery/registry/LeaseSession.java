package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.loop.EventLoop.Timer;
import io.github.etcddiscovery.retry.Backoff;
import io.github.etcddiscovery.retry.FailedAttempts;

/**
 * One lease that is kept alive. It lives until etcd says that it has ended: that our own
 * clock says so is no proof, because etcd gives every lease its full time again after a
 * restart or an election. Confined to the loop's thread.
 * <p>
 * Renewed every third of its time to live, counted from when the last renewal was sent,
 * and after one without answer again after a backoff. One renewal is under way at a time.
 */
final class LeaseSession {

	private static final Duration MIN_RENEW_TIMEOUT = Duration.ofSeconds(1);

	private final Lease lease;

	private final RegistryContext context;

	private final LeaseKeeper.Listener listener;

	private final Backoff period;

	private final FailedAttempts failures;

	private boolean uncertain;

	private boolean closed;

	private Timer nextRenewal = Timer.NONE;

	private Timer uncertainty = Timer.NONE;

	/** When the renewal was sent that was acknowledged last; read by other threads. */
	private volatile long acknowledgedAt;

	LeaseSession(Lease lease, long grantSentAt, RegistryContext context, LeaseKeeper.Listener listener) {
		this.lease = lease;
		this.context = context;
		this.listener = listener;
		this.period = Backoff.steady(lease.ttl().dividedBy(3), lease.ttl().dividedBy(3));
		this.failures = new FailedAttempts(context.options().retry(), context.random());
		this.acknowledgedAt = grantSentAt;
	}

	void start() {
		acknowledged(this.acknowledgedAt);
	}

	void close() {
		this.closed = true;
		this.nextRenewal.cancel();
		this.uncertainty.cancel();
	}

	long id() {
		return this.lease.id();
	}

	Duration ttl() {
		return this.lease.ttl();
	}

	boolean uncertain() {
		return this.uncertain;
	}

	LeaseStatus status() {
		return new LeaseStatus(id(), ttl(), this.context.loop().since(this.acknowledgedAt));
	}

	private void renew() {
		long sentAt = this.context.loop().now();
		this.context.loop().whenDone(this.context.client().renew(id(), renewTimeout()), (ttl, failure) -> {
			EtcdDiscoveryException cause = (failure != null)
					? EtcdDiscoveryException.of("renewal of the lease", failure) : null;
			this.context.options().observer().renewal(this.context.loop().since(sentAt), cause);
			if (this.closed) {
				return;
			}
			if (cause == null) {
				acknowledged(sentAt);
			}
			else {
				failed(cause);
			}
		});
	}

	/**
	 * A frozen member has to be left while there is still enough of the lease to reach
	 * another one.
	 */
	private Duration renewTimeout() {
		Duration fifth = Collections.max(List.of(MIN_RENEW_TIMEOUT, ttl().dividedBy(5)));
		return Collections.min(List.of(this.context.client().requestTimeout(), fifth, ttl().dividedBy(3)));
	}

	private void acknowledged(long sentAt) {
		this.acknowledgedAt = sentAt;
		this.failures.clear();
		Duration elapsed = this.context.loop().since(sentAt);
		this.uncertainty.cancel();
		this.uncertainty = schedule(ttl().multipliedBy(2).dividedBy(3).minus(elapsed), this::becomeUncertain);
		this.nextRenewal = schedule(this.period.delay(1, this.context.random()).minus(elapsed), this::renew);
		if (this.uncertain) {
			this.uncertain = false;
			this.listener.leaseAcknowledged();
		}
	}

	private void becomeUncertain() {
		this.uncertain = true;
		this.listener.leaseUncertain();
	}

	private void failed(EtcdDiscoveryException cause) {
		if (cause.kind() == Kind.LEASE_NOT_FOUND || cause.kind() == Kind.PERMISSION_DENIED) {
			// Refused for lack of permission, one key of the lease takes all others with
			// it (etcd >= 3.5.28).
			this.listener.leaseLost(this, cause);
			return;
		}
		this.nextRenewal = schedule(this.failures.add(cause.kind().refused(), ttl().dividedBy(3)), this::renew);
		if (cause.kind() == Kind.LOGIN_REFUSED) {
			this.listener.leaseDenied(cause);
		}
	}

	private Timer schedule(Duration delay, Runnable task) {
		Duration due = delay.isNegative() ? Duration.ZERO : delay;
		return this.context.loop().schedule(due, () -> {
			if (!this.closed) {
				task.run();
			}
		});
	}

}
