package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/**
 * The one lease of a registry: granted with the first write, and anew when it is lost.
 * Confined to the loop's thread, but for {@link #status()}.
 */
final class LeaseKeeper {

	private final RegistryContext context;

	private final Listener listener;

	/**
	 * Every lease that was ever granted to this registry: what stands under one of them
	 * is ours.
	 */
	private final Set<Long> granted = new HashSet<>();

	private @Nullable CompletableFuture<LeaseSession> granting;

	/** Whether a lease that is granted now is left to its end: nothing is registered. */
	private boolean unwanted;

	private boolean closed;

	private volatile @Nullable LeaseSession session;

	private @Nullable LeaseSession resting;

	LeaseKeeper(RegistryContext context, Listener listener) {
		this.context = context;
		this.listener = listener;
	}

	/**
	 * Returns the lease to write under, and asks for one where there is none. However
	 * many ask, one is granted.
	 */
	CompletableFuture<LeaseSession> session() {
		this.unwanted = false;
		LeaseSession current = this.session;
		if (current != null) {
			return CompletableFuture.completedFuture(current);
		}
		CompletableFuture<LeaseSession> underWay = this.granting;
		if (underWay == null) {
			underWay = grant();
			this.granting = underWay;
		}
		return underWay;
	}

	private CompletableFuture<LeaseSession> grant() {
		CompletableFuture<LeaseSession> result = new CompletableFuture<>();
		long sentAt = this.context.loop().now();
		this.context.loop().whenDone(this.context.client().grant(this.context.options().ttl()), (lease, failure) -> {
			this.granting = null;
			if (lease == null) {
				result.completeExceptionally(EtcdDiscoveryException.of("grant of a lease", requireNonNull(failure)));
				return;
			}
			LeaseSession fresh = new LeaseSession(lease, sentAt, this.context, this.listener);
			this.granted.add(lease.id());
			if (!this.unwanted) {
				if (this.session != null) {
					this.session.close();
				}
				this.session = fresh;
				fresh.start();
			}
			result.complete(fresh);
		});
		return result;
	}

	/**
	 * Asks for another lease to use instead of the current one, which is left to its end:
	 * in a store that was restored something may stand under it again that was removed
	 * long ago, and would for as long as it is renewed. Until there is another one, which
	 * a full store does not grant, the current one is kept.
	 */
	void replace() {
		LeaseSession old = this.session;
		if (old != null && this.granting == null && !this.closed) {
			this.granting = grant();
			this.granting.whenComplete((fresh, failure) -> {
				if (fresh != null) {
					this.listener.leaseReplaced();
				}
				else {
					this.context.loop().schedule(this.context.options().retry().retryDelay(), () -> {
						if (current(old)) {
							replace();
						}
					});
				}
			});
		}
	}

	boolean current(LeaseSession candidate) {
		return this.session == candidate;
	}

	/** Whether a key stands under the lease that is written under. */
	boolean current(Entry entry) {
		LeaseSession current = this.session;
		return current != null && current.id() == entry.lease();
	}

	/**
	 * Whether somebody else's live session holds the key: under no lease it is nobody's.
	 */
	boolean foreign(Entry entry) {
		return entry.lease() != 0 && !this.granted.contains(entry.lease());
	}

	boolean ours(Entry entry) {
		return this.granted.contains(entry.lease());
	}

	/**
	 * Forgets a lease: the next write asks for another one.
	 * @return whether it was the current one
	 */
	boolean forget(LeaseSession lost) {
		lost.close();
		if (this.session != lost) {
			return false;
		}
		this.session = null;
		return true;
	}

	/**
	 * Nothing is registered: what comes to stand under the lease now, by a late write or
	 * in a store that was restored, is wanted by nobody, and has to go with it. The next
	 * write asks for another one.
	 */
	void rest() {
		this.unwanted = true;
		LeaseSession current = this.session;
		if (current != null) {
			forget(current);
			this.resting = current;
		}
	}

	/** Ends the renewals; the lease ends by itself unless it is revoked. */
	void close() {
		this.closed = true;
		LeaseSession current = this.session;
		if (current != null) {
			current.close();
		}
	}

	/** Revokes the lease, and with it whatever still stands under it. */
	CompletableFuture<Void> revoke() {
		LeaseSession last = (this.session != null) ? this.session : this.resting;
		return (last == null) ? CompletableFuture.completedFuture(null) : this.context.client().revoke(last.id());
	}

	/**
	 * The time to live that etcd granted, or where it has granted none the one that is
	 * asked for.
	 */
	Duration ttl() {
		LeaseSession current = this.session;
		return (current != null) ? current.ttl() : this.context.options().ttl();
	}

	/** How long the lease can live at the most when it is not renewed any more. */
	Duration remaining() {
		LeaseStatus status = status();
		return (status == null) ? Duration.ZERO : status.remaining();
	}

	@Nullable LeaseStatus status() {
		LeaseSession current = this.session;
		return (current == null) ? null : current.status();
	}

	/** What a write under a lease failed with, where it says that the lease has ended. */
	void lostByWrite(LeaseSession used, EtcdDiscoveryException cause) {
		this.listener.leaseLost(used, cause);
	}

	/**
	 * Is told, on the loop's thread, what becomes of the lease.
	 */
	interface Listener {

		/** A renewal has been acknowledged after the lease had been uncertain. */
		void leaseAcknowledged();

		/** No renewal has been acknowledged for 2/3 of the time to live. */
		void leaseUncertain();

		/**
		 * The login was refused; the lease may live on.
		 * @param cause the refusal
		 */
		void leaseDenied(EtcdDiscoveryException cause);

		/**
		 * A lease has ended, or must not be used any more: the next write is made under
		 * another one.
		 * @param session the lease
		 * @param cause what a renewal or a write failed with
		 */
		void leaseLost(LeaseSession session, EtcdDiscoveryException cause);

		/** There is another lease, which all keys are to be moved to. */
		void leaseReplaced();

	}

}
