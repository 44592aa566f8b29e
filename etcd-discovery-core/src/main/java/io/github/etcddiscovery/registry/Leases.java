package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

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
final class Leases implements RegistryLease.Listener {

	private static final Logger logger = LoggerFactory.getLogger(EtcdRegistry.class);

	/** So many leases may be lost in a row before the next one has to wait. */
	private static final int LOST_AT_ONCE = 3;

	private final RegistryContext context;

	private final Reconciler registry;

	/** Every lease that was ever granted to us: what stands under one of them is ours. */
	private final Set<Long> granted = new HashSet<>();

	/** Keys that wait for a lease to be written under. */
	private final Set<Key> waiting = new LinkedHashSet<>();

	/** Grants that failed, one after the other. */
	private final FailedAttempts failedGrants;

	/** Leases that were refused, one soon after the other. */
	private final FailedAttempts refusals;

	/** Leases that were lost before anything was written under them. */
	private final FailedAttempts losses;

	private Grant grant = Grant.NOT_ASKED;

	private Timer nextGrant = Timer.NONE;

	/** The lease that keys stand under; null where there is none. */
	private volatile @Nullable RegistryLease present;

	/** The present lease, if etcd refuses to renew it. */
	private @Nullable RegistryLease refused;

	/** The lease that was held last, which may live. */
	private @Nullable RegistryLease last;

	Leases(RegistryContext context, Reconciler registry) {
		this.context = context;
		this.registry = registry;
		this.failedGrants = new FailedAttempts(context.options().retry(), context.random());
		this.refusals = new FailedAttempts(context.options().retry(), context.random());
		this.losses = new FailedAttempts(context.options().retry(), context.random());
	}

	@Nullable RegistryLease present() {
		return this.present;
	}

	/** Whether a lease is the present one, and not about to be left. */
	boolean usable(RegistryLease lease) {
		return this.present == lease && this.refused != lease;
	}

	/**
	 * Returns the lease to write under. Where there is none, one is asked for, however
	 * many keys wait for it, and each is told.
	 * @param key who wants to write
	 * @return the lease, or null where it has to be waited for
	 */
	@Nullable RegistryLease leaseToWriteUnder(Key key) {
		RegistryLease current = this.present;
		if (current != null && current != this.refused) {
			return current;
		}
		if (this.waiting.add(key) && (this.grant == Grant.NOT_ASKED || this.grant == Grant.FAILED)) {
			ask();
		}
		return null;
	}

	/** A key does not wait for a lease any more. */
	void withdraw(Key key) {
		this.waiting.remove(key);
	}

	private void ask() {
		this.nextGrant.cancel();
		this.grant = Grant.ASKED;
		tellWaiting(Claim::trying);
		long sentAt = this.context.loop().now();
		this.context.loop().whenDone(this.context.client().grant(this.context.options().ttl()), (lease, failure) -> {
			if (lease != null) {
				granted(lease, sentAt);
			}
			else {
				notGranted(EtcdDiscoveryException.of("grant of a lease", requireNonNull(failure)));
			}
		});
	}

	private void granted(Lease lease, long sentAt) {
		this.grant = Grant.NOT_ASKED;
		this.failedGrants.clear();
		this.granted.add(lease.id());
		RegistryLease fresh = new RegistryLease(lease, sentAt, this.context, this);
		if (!this.registry.needsLease()) {
			return; // Left to its end: whoever registers next asks for another one.
		}
		RegistryLease former = this.present;
		this.refused = null;
		this.present = fresh;
		this.last = fresh;
		this.waiting.clear();
		if (former != null) {
			former.stop();
		}
		fresh.start();
		this.registry.leaseChanged();
	}

	private void notGranted(EtcdDiscoveryException cause) {
		this.grant = Grant.FAILED;
		Duration delay = this.failedGrants.add(cause.kind().refused(), ttl().dividedBy(3));
		tellWaiting((claim) -> claim.failed(cause));
		askAfter(delay);
	}

	private void tellWaiting(Consumer<Claim> message) {
		for (Key key : List.copyOf(this.waiting)) {
			Claim wanting = key.wanted();
			if (wanting != null) {
				message.accept(wanting);
			}
			key.reconcile();
		}
	}

	private void askAfter(Duration delay) {
		this.nextGrant.cancel();
		this.nextGrant = this.context.loop().schedule(delay, () -> {
			if (this.refused != null || !this.waiting.isEmpty()) {
				ask();
			}
			else {
				this.grant = Grant.NOT_ASKED;
			}
		});
	}

	/** The first ones are asked for at once; where more follow, there are pauses. */
	private void askForAnother(FailedAttempts before, int atOnce) {
		Duration delay = before.add(false, ttl().dividedBy(3));
		if (this.grant != Grant.ASKED) {
			this.grant = Grant.HELD_BACK;
			askAfter((before.count() <= atOnce) ? Duration.ZERO : delay);
		}
	}

	/** Whether somebody else's session holds the key: under no lease it is nobody's. */
	boolean foreign(Entry entry) {
		return entry.lease() != 0 && !this.granted.contains(entry.lease());
	}

	boolean ours(Entry entry) {
		return this.granted.contains(entry.lease());
	}

	/** A key was written under a lease of ours. */
	void written() {
		this.losses.clear();
	}

	@Override
	public void acknowledged(RegistryLease lease) {
		if (lease.hasLasted()) {
			this.refusals.clear();
		}
		if (this.refused == lease && this.grant != Grant.ASKED) {
			this.refused = null;
			this.nextGrant.cancel();
			this.grant = Grant.NOT_ASKED;
			this.waiting.clear();
			this.registry.leaseChanged();
		}
		this.registry.leaseAcknowledged();
	}

	@Override
	public void uncertain(RegistryLease lease) {
		this.registry.leaseUncertain();
	}

	@Override
	public void loginRefused(EtcdDiscoveryException cause) {
		this.registry.loginRefused(cause);
	}

	@Override
	public void refused(RegistryLease lease, EtcdDiscoveryException cause) {
		if (usable(lease)) {
			logger.warn("Lease {} is not renewed by etcd any more, which refuses it for one of its keys; moving to "
					+ "another one: {}", Long.toHexString(lease.id()), cause.getMessage());
			this.refused = lease;
			askForAnother(this.refusals, 1);
		}
	}

	@Override
	public void lost(RegistryLease lease, EtcdDiscoveryException cause) {
		boolean held = this.present == lease;
		if (held) {
			this.present = null;
			this.refused = null;
		}
		lease.end();
		if (held) {
			logger.warn("Lease {} is lost, registering again under another one: {}", Long.toHexString(lease.id()),
					cause.getMessage());
			askForAnother(this.losses, LOST_AT_ONCE);
			this.registry.nothingIsKnown();
		}
	}

	/** Nothing is registered: what comes to stand under the lease now goes with it. */
	void leave() {
		RegistryLease left = this.present;
		this.present = null;
		this.refused = null;
		stop(left);
	}

	/** Ends the renewals and asks for nothing any more; the lease ends by itself. */
	void stop() {
		stop(this.present);
	}

	private void stop(@Nullable RegistryLease held) {
		this.nextGrant.cancel();
		this.waiting.clear();
		this.grant = (this.grant == Grant.ASKED) ? Grant.ASKED : Grant.NOT_ASKED;
		if (held != null) {
			held.stop();
		}
	}

	/** Revokes the lease, and with it whatever still stands under it. */
	CompletableFuture<Void> revoke() {
		return (this.last == null || !this.last.mayLive()) ? CompletableFuture.completedFuture(null)
				: this.context.client().revoke(this.last.id());
	}

	/** The time to live that was granted, or where none was the one that is asked for. */
	Duration ttl() {
		RegistryLease current = this.present;
		return (current != null) ? current.ttl() : this.context.options().ttl();
	}

	/** Can be called from any thread. */
	@Nullable LeaseStatus status() {
		RegistryLease current = this.present;
		return (current == null) ? null : current.status();
	}

	private enum Grant {

		/** No lease has been asked for. */
		NOT_ASKED,

		/** A lease has been asked for. */
		ASKED,

		/** The last grant failed; the next one has its time. */
		FAILED,

		/** Leases have been lost or refused too often; the next grant has its time. */
		HELD_BACK

	}

}
