package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;

/**
 * One key of etcd that is wanted, or may stand though it is not: what is wanted of it (a
 * claim), what was last seen of it, and the one operation that is under way. One method,
 * {@link #reconcile()}, looks at the first two and decides what to do; whatever happens
 * ends there. Confined to the loop's thread, but for {@link #outFor()}.
 */
final class Key {

	private final Bytes bytes;

	private final Reconciler registry;

	private final Leases leases;

	private final Sight sight;

	private final OwnWrites own = new OwnWrites();

	private final Operation operation;

	private @Nullable Claim claim;

	/** When the last news came or an operation ended, in the registry's ticks. */
	private long settledAt;

	/** Lease that the key was taken over from, which is never a successor's. */
	private long takenOverFrom;

	Key(Bytes bytes, Reconciler registry) {
		this.bytes = bytes;
		this.registry = registry;
		this.leases = registry.leases();
		this.sight = new Sight(registry.context().loop());
		this.operation = new Operation(this, registry);
	}

	Bytes bytes() {
		return this.bytes;
	}

	/** Who wants something of the key, or waits for its removal; null for nobody. */
	@Nullable Claim claim() {
		return this.claim;
	}

	Sight sight() {
		return this.sight;
	}

	OwnWrites own() {
		return this.own;
	}

	/** For how long no key of ours has stood in etcd. Can be called from any thread. */
	Duration outFor() {
		return this.sight.outFor();
	}

	/**
	 * From now on a claim says what is wanted. A closed one that had said so before has
	 * nothing left to wait for.
	 */
	void claimedBy(Claim next) {
		Claim former = this.claim;
		this.claim = next;
		if (former != null) {
			former.removed.complete(null);
		}
		wishChanged(next);
	}

	/** A claim wants something else than before; another one may have come since. */
	void wishChanged(Claim wanting) {
		if (this.claim == wanting) {
			this.operation.beginAnew();
			reconcile();
		}
	}

	/** Nothing is done to this key any more, whatever stands there. */
	void abandon() {
		this.leases.withdraw(this);
		this.operation.abandon();
		if (this.claim != null) {
			this.claim.removed.complete(null);
		}
	}

	/**
	 * Looks at what is wanted and what was seen, and begins what follows from it, unless
	 * something is under way.
	 */
	void reconcile() {
		if (!this.operation.idle()) {
			return;
		}
		if (wanted() != null) {
			bringIn(wanted(), this.sight.last());
		}
		else {
			this.leases.withdraw(this);
			takeOut(this.sight.last());
		}
	}

	/** Returns the claim that wants the key to stand, or null. */
	@Nullable Claim wanted() {
		return (this.claim != null && this.claim.wanted()) ? this.claim : null;
	}

	private void bringIn(Claim wanting, @Nullable Seen seen) {
		RegistryLease present = this.leases.present();
		if (wanting.gaveUp()) {
			this.leases.withdraw(this);
		}
		else if (seen == null) {
			wanting.trying();
			this.operation.look();
		}
		else if (seen.entry() != null && heldByAnother(wanting, seen.entry())) {
			this.leases.withdraw(this);
			wanting.conflict(seen.entry());
		}
		else if (present != null && seen.entry() != null && standsAsWanted(wanting, seen.entry(), present)) {
			this.leases.withdraw(this);
			wanting.stands(present);
		}
		else {
			RegistryLease lease = this.leases.leaseToWriteUnder(this);
			if (lease != null && this.registry.takePlace(this)) {
				wanting.trying();
				this.operation.put(wanting, lease, seen);
			}
		}
	}

	private boolean heldByAnother(Claim wanting, Entry entry) {
		return this.leases.foreign(entry) && wanting.wasRegistered() && entry.lease() != this.takenOverFrom;
	}

	private boolean standsAsWanted(Claim wanting, Entry entry, RegistryLease present) {
		return entry.lease() == present.id() && entry.value().equals(wanting.value())
				&& !this.own.mayStillBeDeleted(entry);
	}

	private void takeOut(@Nullable Seen seen) {
		if (seen == null) {
			this.operation.look();
		}
		else if (ours(seen)) {
			if (this.registry.takePlace(this)) {
				this.operation.delete(seen);
			}
		}
		else {
			Claim done = this.claim;
			if (done != null && done.closed()) {
				this.claim = null;
				done.removed.complete(null);
			}
			this.registry.forget(this);
		}
	}

	private boolean ours(Seen seen) {
		return seen.entry() != null && this.leases.ours(seen.entry());
	}

	/** Whether nobody wants anything of this key, and none of ours may appear there. */
	boolean forgettable() {
		Seen seen = this.sight.last();
		return this.claim == null && this.operation.idle() && seen != null && !ours(seen)
				&& !this.own.mayStillAppear(this.registry.context().loop().now());
	}

	/**
	 * The key was written for a claim.
	 * @param replaced key of somebody else that was taken over, or null
	 */
	void written(Claim wanting, RegistryLease lease, @Nullable Entry replaced) {
		this.takenOverFrom = (replaced != null) ? replaced.lease() : this.takenOverFrom;
		wanting.written(lease, replaced);
		this.leases.written();
	}

	/** An answer, a read or an event says what stands. */
	void learn(Seen news) {
		Seen known = this.sight.learn(news);
		this.sight.mayStand(ours(known));
		this.settledAt = this.registry.tick();
		this.registry.ownKeys().watch(this);
		Claim wanting = wanted();
		if (wanting != null && wanting.isRegistered() && (known.entry() == null || known.entry().lease() == 0)) {
			this.operation.lostWhileItStood(wanting);
		}
	}

	/** The watch of the key has brought something. */
	void happened(Seen event) {
		Seen known = this.sight.last();
		if (known == null || this.operation.isWriting()) {
			this.sight.keep(event);
		}
		else if (event.newerThan(known)) {
			learn(event);
			reconcile();
		}
	}

	/**
	 * The key was read. A write that is under way says more, and one that ended since has
	 * said more.
	 * @param askedAt when it was asked for, in ticks
	 */
	void read(Seen found, long askedAt) {
		if (isNews(found, askedAt)) {
			this.operation.endLook();
			learn(found);
			reconcile();
		}
	}

	private boolean isNews(Seen found, long askedAt) {
		if (this.operation.isWriting() || this.operation.isAbandoned()) {
			return false;
		}
		Seen known = this.sight.last();
		return (known != null) ? !known.newerThan(found) : askedAt > this.settledAt;
	}

	/** The key could not be read. */
	void notRead(EtcdDiscoveryException cause, long askedAt) {
		if (askedAt > this.settledAt && this.operation.endLook()) {
			this.operation.lookFailed(cause);
			reconcile();
		}
	}

	/**
	 * The key stands under our lease, says a list that proves nothing.
	 * @param askedAt when the list was asked for, in ticks
	 */
	void listed(long askedAt) {
		if (wanted() == null && this.operation.idle() && this.settledAt < askedAt) {
			nothingSeen();
			reconcile();
		}
	}

	/** The lease has ended, or the store is another one: what was known says nothing. */
	void nothingIsKnown() {
		nothingSeen();
		this.own.storeWentBack();
		if (this.claim != null && this.claim.doubts()) {
			this.operation.beginAnew();
		}
		this.operation.lookAgain();
		reconcile();
	}

	/** What was last seen does not hold any more. */
	void nothingSeen() {
		this.sight.lose();
		this.settledAt = this.registry.tick();
	}

	/**
	 * There is another lease to write under, and what stands under the former is moved.
	 */
	void leaseChanged() {
		Claim wanting = wanted();
		if (wanting != null && wanting.isRegistered() && !this.operation.isUnderWay()) {
			this.operation.beginAnew();
			wanting.beginAnew();
		}
		reconcile();
	}

	/** The login was refused to a renewal; the key is read before more is believed. */
	void loginRefused(EtcdDiscoveryException cause) {
		Claim wanting = wanted();
		if (wanting != null && wanting.isRegistered() && !this.operation.isUnderWay()) {
			nothingSeen();
			this.operation.denied(wanting, cause);
		}
	}

}
