package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.EventLoop.Timer;
import io.github.etcddiscovery.retry.Backoff;
import io.github.etcddiscovery.retry.FailedAttempts;
import org.jspecify.annotations.Nullable;

/**
 * One lease that is kept alive. It lives until etcd says that it has ended: that our own
 * clock says so is no proof, because etcd gives every lease its full time again after a
 * restart or an election. Confined to the loop's thread, but for what says otherwise.
 * <p>
 * Renewed every third of its time to live, counted from when the last renewal was sent,
 * and after one that failed again after a backoff, which is never longer than that third
 * while there is lease left. One renewal is under way at a time.
 */
final class RegistryLease {

	private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(1);

	private final Lease lease;

	private final long grantedAt;

	private final RegistryContext context;

	private final EventLoop loop;

	private final Leases leases;

	private final FailedAttempts failedRenewals;

	/** The renewal that is under way, or was last. */
	private CompletableFuture<Void> renewal = new CompletableFuture<>();

	/** The renewal that is sent next. */
	private CompletableFuture<Void> nextRenewal = new CompletableFuture<>();

	/** Whether the next one is sent as soon as the one that is under way has ended. */
	private boolean renewAgain;

	private volatile Phase phase = Phase.WAITING;

	/** Whether etcd refuses to renew it, so that it is about to be left. */
	private boolean refused;

	private Duration timeout;

	private Timer renewing = Timer.NONE;

	/** When that timer has its time, and the other one renews where it was not had. */
	private long dueAt;

	private Timer uncertainty = Timer.NONE;

	/** When the renewal was sent that was acknowledged last; read by other threads. */
	private volatile long acknowledgedAt;

	/**
	 * When it may have had its full time last: etcd gives that to every lease when it
	 * comes back, so after each renewal that etcd has not answered too.
	 */
	private long mayBeFullAt;

	RegistryLease(Lease lease, long grantSentAt, RegistryContext context, Leases leases) {
		this.lease = lease;
		this.grantedAt = grantSentAt;
		this.context = context;
		this.loop = context.loop();
		this.leases = leases;
		this.failedRenewals = context.noFailures();
		this.acknowledgedAt = grantSentAt;
		this.timeout = shortestTimeout();
	}

	void start() {
		acknowledged(this.grantedAt);
	}

	/** Ends the renewals: the lease is left to its end, or has ended. */
	void end(Phase last) {
		this.phase = (this.phase == Phase.ENDED) ? Phase.ENDED : last;
		this.renewing.cancel();
		this.uncertainty.cancel();
		this.renewal.complete(null);
		this.nextRenewal.complete(null);
	}

	long id() {
		return this.lease.id();
	}

	Duration ttl() {
		return this.lease.ttl();
	}

	/** Whether no renewal has been acknowledged for 2/3 of the time to live. */
	boolean uncertain() {
		return !this.loop.since(this.acknowledgedAt).minus(third().multipliedBy(2)).isNegative();
	}

	/** Whether it was granted so long ago that it has been renewed since. */
	boolean isOlderThanARenewal() {
		return this.loop.since(this.grantedAt).compareTo(third()) > 0;
	}

	/** Whether keys are written under it. */
	boolean usable() {
		return isRenewed() && !this.refused;
	}

	boolean refused() {
		return this.refused;
	}

	void refused(boolean now) {
		this.refused = now;
	}

	/** Can be called from any thread. */
	boolean isRenewed() {
		return this.phase == Phase.WAITING || this.phase == Phase.RENEWING;
	}

	/** Whether etcd may still know it. */
	boolean mayLive() {
		return isRenewed() || (this.phase == Phase.STOPPED && this.loop.since(this.mayBeFullAt).compareTo(ttl()) < 0);
	}

	LeaseStatus status() {
		return new LeaseStatus(id(), ttl(), this.loop.since(this.acknowledgedAt));
	}

	/**
	 * Renews at once, because something has happened that a renewal explains. One that is
	 * under way says nothing of it.
	 * @return done when that renewal was acknowledged, or will not be made any more;
	 * exceptionally when it failed
	 */
	CompletableFuture<Void> renewNow() {
		CompletableFuture<Void> asked = this.nextRenewal;
		if (this.phase == Phase.WAITING) {
			renew();
		}
		else {
			this.renewAgain = isRenewed();
		}
		return asked;
	}

	private void renew() {
		long sentAt = this.loop.now();
		this.context.ask(() -> this.context.client().renew(id(), this.timeout), (left, failure) -> {
			Duration took = this.loop.since(sentAt);
			EtcdDiscoveryException cause = (failure != null)
					? EtcdDiscoveryException.of("renewal of the lease", failure) : null;
			this.context.options().observer().renewal(took, cause);
			if (this.phase == Phase.RENEWING) {
				this.phase = Phase.WAITING;
				ended(sentAt, took, cause);
			}
		});
		this.renewing.cancel();
		this.phase = Phase.RENEWING;
		this.renewAgain = false;
		this.renewal = this.nextRenewal;
		this.nextRenewal = new CompletableFuture<>();
	}

	private void ended(long sentAt, Duration took, @Nullable EtcdDiscoveryException cause) {
		if (cause == null) {
			this.renewal.complete(null);
			this.timeout = (took.compareTo(shortestTimeout()) < 0) ? shortestTimeout() : this.timeout;
			acknowledged(sentAt);
		}
		else {
			this.renewal.completeExceptionally(cause);
			failed(cause, took);
		}
		if (this.renewAgain && this.phase == Phase.WAITING) {
			renew();
		}
	}

	private void acknowledged(long sentAt) {
		this.acknowledgedAt = sentAt;
		this.mayBeFullAt = sentAt;
		this.failedRenewals.clear();
		Duration elapsed = this.loop.since(sentAt);
		Duration untilUncertain = Collections.max(List.of(third(), third().multipliedBy(2).minus(elapsed)));
		Timer next = this.loop.repeat(untilUncertain, () -> this.leases.uncertain(this));
		this.uncertainty.cancel();
		this.uncertainty = next;
		renewAfter(Backoff.steady(third(), third()).delay(1, this.context.random()).minus(elapsed));
		this.leases.acknowledged(this);
	}

	private void failed(EtcdDiscoveryException cause, Duration took) {
		boolean refused = cause.kind().refused();
		Duration delay = this.failedRenewals.add(refused, third());
		long begun = refused ? this.mayBeFullAt : this.acknowledgedAt;
		renewAfter((this.loop.since(begun).compareTo(ttl()) < 0) ? least(delay, third()) : delay);
		this.mayBeFullAt = refused ? this.mayBeFullAt : this.loop.now();
		if (took.compareTo(this.timeout) >= 0) {
			this.timeout = least(this.timeout.multipliedBy(2), longestTimeout());
		}
		this.leases.notRenewed(this, cause);
	}

	/**
	 * A frozen member has to be left while there is still enough of the lease to reach
	 * another one.
	 */
	private Duration shortestTimeout() {
		return least(Collections.max(List.of(LEAST_TIMEOUT, ttl().dividedBy(5))), longestTimeout());
	}

	/** Where answers take longer, they are waited for until the next renewal is due. */
	private Duration longestTimeout() {
		return least(this.context.client().requestTimeout(), third());
	}

	private Duration third() {
		return ttl().dividedBy(3);
	}

	private static Duration least(Duration one, Duration other) {
		return Collections.min(List.of(one, other));
	}

	/** Renews if the timer should have done so before. */
	void renewIfOverdue() {
		if (this.phase == Phase.WAITING && this.loop.now() - this.dueAt > 0) {
			renew();
		}
	}

	private void renewAfter(Duration delay) {
		this.dueAt = this.loop.now() + delay.toNanos();
		this.renewing.cancel();
		this.renewing = this.loop.schedule(delay, this::renew);
	}

	enum Phase {

		/** The next renewal has its time. */
		WAITING,

		/** A renewal has been sent. */
		RENEWING,

		/** It is not renewed any more. */
		STOPPED,

		/** etcd does not know it any more. */
		ENDED

	}

}
