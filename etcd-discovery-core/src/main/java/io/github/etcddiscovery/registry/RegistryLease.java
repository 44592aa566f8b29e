package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.loop.EventLoop.Timer;
import io.github.etcddiscovery.retry.Backoff;
import io.github.etcddiscovery.retry.FailedAttempts;
import org.jspecify.annotations.Nullable;

/**
 * One lease that is kept alive. It lives until etcd says that it has ended: that our own
 * clock says so is no proof, because etcd gives every lease its full time again after a
 * restart or an election. Confined to the loop's thread, but for {@link #status()}.
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

	private final Listener listener;

	private final FailedAttempts failures;

	/** Who waits for the renewal that is under way. */
	private final List<Consumer<@Nullable EtcdDiscoveryException>> asking = new ArrayList<>();

	/** Who asked while one was under way, which says nothing about what came after. */
	private final List<Consumer<@Nullable EtcdDiscoveryException>> askingNext = new ArrayList<>();

	private Phase phase = Phase.WAITING;

	private Duration timeout;

	private boolean uncertain;

	private Timer nextRenewal = Timer.NONE;

	private Timer uncertainty = Timer.NONE;

	/** When the renewal was sent that was acknowledged last; read by other threads. */
	private volatile long acknowledgedAt;

	RegistryLease(Lease lease, long grantSentAt, RegistryContext context, Listener listener) {
		this.lease = lease;
		this.grantedAt = grantSentAt;
		this.context = context;
		this.listener = listener;
		this.failures = new FailedAttempts(context.options().retry(), context.random());
		this.acknowledgedAt = grantSentAt;
		this.timeout = shortestTimeout();
	}

	void start() {
		acknowledged(this.acknowledgedAt);
	}

	/** Ends the renewals: the lease is left to its end. */
	void stop() {
		this.phase = Phase.STOPPED;
		this.nextRenewal.cancel();
		this.uncertainty.cancel();
		List<Consumer<@Nullable EtcdDiscoveryException>> waiting = new ArrayList<>(this.asking);
		waiting.addAll(this.askingNext);
		this.asking.clear();
		this.askingNext.clear();
		waiting.forEach((one) -> one.accept(null));
	}

	/** It has ended, says etcd. */
	void end() {
		stop();
		this.phase = Phase.ENDED;
	}

	long id() {
		return this.lease.id();
	}

	Duration ttl() {
		return this.lease.ttl();
	}

	/** Whether no renewal has been acknowledged for 2/3 of the time to live. */
	boolean uncertain() {
		return this.uncertain;
	}

	/** Whether it has been renewed for longer than one renewal takes to come. */
	boolean hasLasted() {
		return this.context.loop().since(this.grantedAt).compareTo(third()) > 0;
	}

	/** Whether etcd may still know it. */
	boolean mayLive() {
		return switch (this.phase) {
			case WAITING, RENEWING -> true;
			case STOPPED -> !status().remaining().isZero();
			case ENDED -> false;
		};
	}

	LeaseStatus status() {
		return new LeaseStatus(id(), ttl(), this.context.loop().since(this.acknowledgedAt));
	}

	/**
	 * Renews at once, because something has been seen that a renewal explains.
	 * @param told is given what the renewal failed with, or null where it was
	 * acknowledged, or where the lease is not renewed any more
	 */
	void renewNow(Consumer<@Nullable EtcdDiscoveryException> told) {
		switch (this.phase) {
			case WAITING -> {
				this.asking.add(told);
				renew();
			}
			case RENEWING -> this.askingNext.add(told);
			case STOPPED, ENDED -> told.accept(null);
		}
	}

	private void renew() {
		this.nextRenewal.cancel();
		this.phase = Phase.RENEWING;
		long sentAt = this.context.loop().now();
		this.context.loop().whenDone(this.context.client().renew(id(), this.timeout), (left, failure) -> {
			Duration took = this.context.loop().since(sentAt);
			EtcdDiscoveryException cause = (failure != null)
					? EtcdDiscoveryException.of("renewal of the lease", failure) : null;
			this.context.options().observer().renewal(took, cause);
			if (this.phase == Phase.RENEWING) {
				this.phase = Phase.WAITING;
				ended(sentAt, took, cause);
			}
		});
	}

	private void ended(long sentAt, Duration took, @Nullable EtcdDiscoveryException cause) {
		List<Consumer<@Nullable EtcdDiscoveryException>> waiting = List.copyOf(this.asking);
		this.asking.clear();
		if (cause == null) {
			this.timeout = (took.compareTo(shortestTimeout()) < 0) ? shortestTimeout() : this.timeout;
			acknowledged(sentAt);
		}
		else {
			failed(cause, took);
		}
		waiting.forEach((one) -> one.accept(cause));
		if (this.phase == Phase.WAITING && !this.askingNext.isEmpty()) {
			this.asking.addAll(this.askingNext);
			this.askingNext.clear();
			renew();
		}
	}

	private void acknowledged(long sentAt) {
		this.acknowledgedAt = sentAt;
		this.failures.clear();
		Duration elapsed = this.context.loop().since(sentAt);
		this.uncertainty.cancel();
		this.uncertainty = schedule(third().multipliedBy(2).minus(elapsed), this::becomeUncertain);
		renewAfter(Backoff.steady(third(), third()).delay(1, this.context.random()).minus(elapsed));
		this.uncertain = false;
		this.listener.acknowledged(this);
	}

	private void becomeUncertain() {
		this.uncertain = true;
		this.listener.uncertain(this);
	}

	private void failed(EtcdDiscoveryException cause, Duration took) {
		Duration delay = this.failures.add(cause.kind().refused(), third());
		boolean leaseLeft = !status().remaining().isZero();
		renewAfter((leaseLeft && delay.compareTo(third()) > 0) ? third() : delay);
		if (cause.kind() == Kind.LEASE_NOT_FOUND) {
			this.listener.lost(this, cause);
		}
		else if (cause.kind() == Kind.PERMISSION_DENIED) {
			// One key that we may not write takes all others of the lease with it.
			this.listener.refused(this, cause);
		}
		else if (cause.kind() == Kind.LOGIN_REFUSED) {
			this.listener.loginRefused(cause);
		}
		else if (took.compareTo(this.timeout) >= 0) {
			this.timeout = least(this.timeout.multipliedBy(2), longestTimeout());
		}
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
		return (one.compareTo(other) < 0) ? one : other;
	}

	private void renewAfter(Duration delay) {
		this.nextRenewal.cancel();
		this.nextRenewal = schedule(delay, () -> {
			if (this.phase == Phase.WAITING) {
				renew();
			}
		});
	}

	private Timer schedule(Duration delay, Runnable task) {
		return this.context.loop().schedule(delay.isNegative() ? Duration.ZERO : delay, task);
	}

	private enum Phase {

		/** The next renewal has its time. */
		WAITING,

		/** A renewal has been sent. */
		RENEWING,

		/** It is not renewed any more. */
		STOPPED,

		/** etcd does not know it any more. */
		ENDED

	}

	/**
	 * Is told, on the loop's thread, what becomes of a lease.
	 */
	interface Listener {

		void acknowledged(RegistryLease lease);

		/** No renewal has been acknowledged for 2/3 of the time to live. */
		void uncertain(RegistryLease lease);

		/** The login was refused; the lease may live on. */
		void loginRefused(EtcdDiscoveryException cause);

		/** A renewal was refused, because a key of the lease may not be written by us. */
		void refused(RegistryLease lease, EtcdDiscoveryException cause);

		/** The lease has ended. */
		void lost(RegistryLease lease, EtcdDiscoveryException cause);

	}

}
