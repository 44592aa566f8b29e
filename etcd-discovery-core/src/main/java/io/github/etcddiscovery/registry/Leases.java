package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.loop.EventLoop.Timer;
import io.github.etcddiscovery.retry.FailedAttempts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.util.Objects.requireNonNull;

/**
 * The one lease of a registry: granted for the first write, and anew when it is lost or
 * when etcd refuses to renew it. Confined to the loop's thread, but for
 * {@link #status()}.
 */
final class Leases {

	private static final Logger logger = LoggerFactory.getLogger(EtcdRegistry.class);

	/** So many leases may be lost in a row before the next one has to wait. */
	private static final int LOST_AT_ONCE = 3;

	private final RegistryContext context;

	private final Reconciler registry;

	/** Every lease that was ever granted to us: what stands under one of them is ours. */
	private final Set<Long> granted = new HashSet<>();

	/** Grants that failed, one after the other. */
	private final FailedAttempts failedGrants;

	/** Leases that were refused, one soon after the other. */
	private final FailedAttempts refusals;

	/** Leases that were lost before anything was written under them. */
	private final FailedAttempts losses;

	private Grant grant = Grant.NOT_ASKED;

	private Timer nextGrant = Timer.NONE;

	/**
	 * The lease that keys stand under, or stood under last; null where none was granted.
	 */
	private volatile @Nullable RegistryLease present;

	Leases(RegistryContext context, Reconciler registry) {
		this.context = context;
		this.registry = registry;
		this.failedGrants = context.noFailures();
		this.refusals = context.noFailures();
		this.losses = context.noFailures();
	}

	@Nullable RegistryLease present() {
		return this.present;
	}

	/**
	 * Asks for a lease, unless that has its time.
	 * @return whether one is asked for
	 */
	boolean ask() {
		if (this.grant == Grant.NOT_ASKED) {
			long sentAt = this.context.loop().now();
			this.context.ask(() -> this.context.client().grant(this.context.options().ttl()), (lease, failure) -> {
				this.grant = Grant.NOT_ASKED;
				if (lease != null) {
					granted(lease, sentAt);
				}
				else {
					notGranted(EtcdDiscoveryException.of("grant of a lease", requireNonNull(failure)));
				}
			});
			this.grant = Grant.ASKED;
		}
		return this.grant == Grant.ASKED;
	}

	private void granted(Lease lease, long sentAt) {
		this.failedGrants.clear();
		this.granted.add(lease.id());
		if (!this.registry.needsLease()) {
			return; // Left to its end: whoever registers next asks for another one.
		}
		stop();
		RegistryLease fresh = new RegistryLease(lease, sentAt, this.context, this);
		fresh.start();
		this.present = fresh;
		this.registry.each(Key::leaseChanged);
	}

	private void notGranted(EtcdDiscoveryException cause) {
		askAfter(this.failedGrants.add(cause.kind().refused(), longestPause()));
		this.registry.each((key) -> key.leaseNotGranted(cause));
	}

	private void askAfter(Duration delay) {
		this.nextGrant.cancel();
		this.nextGrant = this.context.loop().schedule(delay, () -> {
			this.grant = Grant.NOT_ASKED;
			if (this.present != null && this.present.refused()) {
				ask();
			}
			this.registry.each(Key::reconcile);
		});
		this.grant = Grant.PAUSING;
	}

	/** The first ones are asked for at once; where more follow, there are pauses. */
	private void askForAnother(FailedAttempts before, int atOnce) {
		Duration delay = before.add(false, longestPause());
		if (this.grant != Grant.ASKED) {
			askAfter((before.count() <= atOnce) ? Duration.ZERO : delay);
		}
	}

	/** Whether somebody else's session holds the key: under no lease it is nobody's. */
	boolean foreign(Entry entry) {
		return entry.lease() != 0 && !ours(entry);
	}

	boolean ours(Entry entry) {
		return this.granted.contains(entry.lease());
	}

	/** A key was written under a lease of ours. */
	void written() {
		this.losses.clear();
	}

	/** The grant or a renewal of a lease was acknowledged. */
	void acknowledged(RegistryLease lease) {
		if (lease.isOlderThanARenewal()) {
			this.refusals.clear();
		}
		if (lease.refused() && this.grant != Grant.ASKED) {
			lease.refused(false);
			this.nextGrant.cancel();
			this.grant = Grant.NOT_ASKED;
			this.registry.each(Key::leaseChanged);
		}
		this.registry.renewalsAreMissing(false);
	}

	/** No renewal of a lease has been acknowledged for long. */
	void uncertain(RegistryLease lease) {
		if (lease == this.present) {
			this.registry.renewalsAreMissing(lease.uncertain());
			lease.renewIfOverdue();
		}
	}

	void notRenewed(RegistryLease lease, EtcdDiscoveryException cause) {
		switch (cause.kind()) {
			case LEASE_NOT_FOUND -> lost(lease, cause);
			case PERMISSION_DENIED -> refused(lease, cause);
			case LOGIN_REFUSED -> this.registry.each((key) -> key.loginRefused(cause));
			default -> {
				// No answer: the next renewal tells.
			}
		}
	}

	/** One key that we may not write takes all others of the lease with it. */
	private void refused(RegistryLease lease, EtcdDiscoveryException cause) {
		if (lease.usable()) {
			logger.warn("Lease {} is not renewed by etcd any more, which refuses it for one of its keys; moving to "
					+ "another one: {}", Long.toHexString(lease.id()), cause.getMessage());
			lease.refused(true);
			askForAnother(this.refusals, 1);
		}
	}

	/** A lease has ended, says etcd. */
	void lost(RegistryLease lease, EtcdDiscoveryException cause) {
		boolean inUse = lease.isRenewed();
		lease.end(RegistryLease.Phase.ENDED);
		if (inUse) {
			logger.warn("Lease {} is lost, registering again under another one: {}", Long.toHexString(lease.id()),
					cause.getMessage());
			askForAnother(this.losses, LOST_AT_ONCE);
			this.registry.each(Key::nothingIsKnown);
		}
	}

	/** Ends the renewals and asks for nothing any more; the lease ends by itself. */
	void stop() {
		this.nextGrant.cancel();
		this.grant = (this.grant == Grant.ASKED) ? Grant.ASKED : Grant.NOT_ASKED;
		if (this.present != null) {
			this.present.end(RegistryLease.Phase.STOPPED);
		}
	}

	/** Revokes the lease, and with it whatever still stands under it. */
	CompletableFuture<Void> revoke() {
		RegistryLease last = this.present;
		return (last == null || !last.mayLive()) ? CompletableFuture.completedFuture(null)
				: this.context.client().revoke(last.id());
	}

	/** The time to live that was granted, or where none was the one that is asked for. */
	Duration ttl() {
		RegistryLease current = this.present;
		return (current != null) ? current.ttl() : this.context.options().ttl();
	}

	/** How long to wait at the most for an etcd that does not answer. */
	Duration longestPause() {
		return ttl().dividedBy(3);
	}

	/**
	 * For how long what stands under the present lease may stand without renewals: for
	 * its whole time, which an etcd that is away now gives it again when it comes back.
	 */
	Duration longestLeft() {
		RegistryLease current = this.present;
		return (current != null && current.mayLive()) ? current.ttl() : Duration.ZERO;
	}

	/** Can be called from any thread. */
	@Nullable LeaseStatus status() {
		RegistryLease current = this.present;
		return (current == null || !current.isRenewed()) ? null : current.status();
	}

	private enum Grant {

		/** No lease has been asked for. */
		NOT_ASKED,

		/** A lease has been asked for. */
		ASKED,

		/** A grant failed, or leases were lost or refused; the next one has its time. */
		PAUSING

	}

}
