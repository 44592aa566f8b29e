package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.registry.Transactions.Found;
import org.jspecify.annotations.Nullable;

/**
 * One key of etcd that is wanted, or may stand though it is not: what is wanted of it (a
 * claim), what was last found there, and the one operation that is under way. Whatever
 * happens ends in {@link #reconcile()}, which looks at the first two and decides what to
 * do. Confined to the loop's thread, but for {@link #outFor()}.
 */
final class Key {

	final Bytes bytes;

	private final Reconciler registry;

	private final Leases leases;

	final OwnWrites own = new OwnWrites();

	private final Operation operation;

	private @Nullable Claim claim;

	/**
	 * What was found last; null where nothing is known. Taken to be absent until etcd
	 * says otherwise, which it does in the answer to the first write.
	 */
	private @Nullable Found found = Found.NOTHING_YET;

	/** The newest event: half of those about our own writes come before the answer. */
	private Found event = Found.NOTHING_YET;

	/** When the last news came, or was asked for if read, in the registry's moments. */
	private long knownSince;

	/** Lease that the key was taken over from, which is never a successor's. */
	private long takenOverFrom;

	Key(Bytes bytes, Reconciler registry) {
		this.bytes = bytes;
		this.registry = registry;
		this.leases = registry.leases;
		this.operation = new Operation(this, registry);
	}

	/** Who wants something of the key, or waits for its removal; null for nobody. */
	@Nullable Claim claim() {
		return this.claim;
	}

	/** Returns the claim that wants the key to stand, or null. */
	@Nullable Claim wanted() {
		return (this.claim != null && this.claim.wanted()) ? this.claim : null;
	}

	/** For how long no key of ours has stood in etcd. Can be called from any thread. */
	Duration outFor() {
		return this.own.outFor(this.registry.context.loop().now());
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
		this.operation.abandon();
		if (this.claim != null) {
			this.claim.removed.complete(null);
		}
	}

	/** Begins what follows from what is wanted and found, if nothing is under way. */
	void reconcile() {
		Claim wanting = wanted();
		if (!this.operation.nothingIsUnderWay()) {
			return;
		}
		if (this.found == null) {
			this.operation.read(wanting);
		}
		else if (wanting != null) {
			bringIn(wanting, this.found);
		}
		else {
			takeOut(this.found);
		}
	}

	private void bringIn(Claim wanting, Found known) {
		RegistryLease present = this.leases.present();
		Entry entry = known.entry();
		if (entry != null && this.leases.foreign(entry) && wanting.wasRegistered()
				&& entry.lease() != this.takenOverFrom) {
			wanting.conflict(entry);
		}
		else if (entry != null && present != null && this.own.standsAsWanted(entry, wanting.value(), present)) {
			this.own.foundAsOurs(entry);
			wanting.foundAsWanted(present);
		}
		else if (present == null || !present.usable()) {
			if (this.leases.ask()) {
				wanting.attemptBegins();
			}
		}
		else if (this.registry.transactions.mayWrite(this)) {
			this.operation.put(wanting, present, known);
		}
	}

	private void takeOut(Found known) {
		if (!ours(known)) {
			Claim done = this.claim;
			if (done != null && done.closed()) {
				this.claim = null;
				done.removed.complete(null);
			}
			this.registry.forget(this);
		}
		else if (this.registry.transactions.mayWrite(this)) {
			this.operation.delete(known);
		}
	}

	private boolean ours(@Nullable Found known) {
		return known != null && known.entry() != null && this.leases.ours(known.entry());
	}

	/** Whether nobody wants anything of this key, and none of ours may appear there. */
	boolean canBeForgotten() {
		return this.claim == null && this.operation.nothingIsUnderWay() && this.found != null && !ours(this.found)
				&& !this.own.mayStillAppear(this.registry.context.loop().now());
	}

	/** The key was written for a claim. */
	void written(Claim wanting, RegistryLease lease, Found before) {
		Entry former = before.entry();
		if (former != null && this.leases.foreign(former)) {
			this.takenOverFrom = former.lease();
			wanting.report.tookOver(former);
		}
		wanting.standsUnder(lease);
		this.leases.written();
	}

	/** An answer, a read or an event says what stands, unless a newer event does. */
	void learn(Found news) {
		Found known = this.event.newerThan(news) ? this.event : news;
		boolean appeared = ours(known) && !ours(this.found);
		this.found = known;
		this.knownSince = this.registry.transactions.moment();
		this.own.found(known.entry(), ours(known), this.registry.context.loop().now());
		this.operation.endRead();
		this.registry.ownKeys.watch(this);
		Claim wanting = wanted();
		if (wanting == null && appeared) {
			this.operation.endPause();
		}
		if (wanting != null && wanting.isRegistered() && (known.entry() == null || known.entry().lease() == 0)) {
			this.operation.keyIsGone(wanting, known.entry());
		}
		else if (wanting != null && known.entry() != null) {
			this.operation.pauseUnlessUnderWay(
					wanting.edits.judge(known.entry(), wanting.value(), this.own, this.leases.present()));
		}
	}

	/**
	 * A write was not applied: what came meanwhile says more than what it was made on.
	 */
	void catchUp() {
		if (this.found != null && this.event.newerThan(this.found)) {
			learn(this.event);
		}
	}

	/**
	 * Whether the store is further on than what is known of this key, or soon will be.
	 */
	boolean isOlderThan(long revision) {
		return this.found == null || this.found.revision() < revision;
	}

	/**
	 * Where nothing is known, an event is kept until the key has been read. Only a key of
	 * ours that nobody wants is deleted at once: that is made on the event's revision.
	 */
	void onEvent(Found news) {
		this.event = news.newerThan(this.event) ? news : this.event;
		boolean tells = (this.found != null) ? news.newerThan(this.found) : (wanted() == null && ours(news));
		if (tells && this.operation.takesNews()) {
			learn(news);
			reconcile();
		}
	}

	/** The key was read, and had been asked for at a moment. */
	void onRead(Found news, long askedAt) {
		if (askedAt > this.knownSince && this.operation.takesNews()) {
			learn(news);
			this.knownSince = askedAt; // A read that was asked for since says more.
			reconcile();
		}
	}

	void onReadFailed(EtcdDiscoveryException cause, long askedAt) {
		if (askedAt > this.knownSince) {
			this.operation.readFailed(cause);
		}
	}

	/** The key stands under our lease, says a list that proves nothing. */
	void onListed(long askedAt) {
		if (wanted() == null && this.operation.nothingIsUnderWay() && this.knownSince < askedAt) {
			unknown();
			reconcile();
		}
	}

	/** What was found last does not hold any more. */
	void unknown() {
		this.found = null;
		this.event = Found.NOTHING_YET;
		this.knownSince = this.registry.transactions.moment();
		this.operation.endRead();
	}

	/** The lease has ended, or the store went back: what was known says nothing. */
	void nothingIsKnown() {
		this.own.forgetCommitted();
		unknown();
		beginAnew();
		reconcile();
	}

	private void beginAnew() {
		this.operation.beginAnew();
		if (this.claim != null) {
			this.claim.beginAnew();
		}
	}

	/** There is another lease to write under: what stands under the former is moved. */
	void leaseChanged() {
		beginAnewIfItStood();
		reconcile();
	}

	/** The login was refused to a renewal; the key is read before more is believed. */
	void loginRefused(EtcdDiscoveryException cause) {
		if (beginAnewIfItStood()) {
			unknown();
			this.operation.failed(wanted(), cause);
		}
	}

	/** Returns whether the key was taken to stand, and nothing else is found out yet. */
	private boolean beginAnewIfItStood() {
		Claim wanting = wanted();
		boolean stood = wanting != null && wanting.isRegistered() && !this.operation.awaitsAnswer();
		if (stood) {
			beginAnew();
		}
		return stood;
	}

	/** No lease was granted: who waits for one, and for nothing else, is told. */
	void leaseNotGranted(EtcdDiscoveryException cause) {
		Claim wanting = wanted();
		if (wanting != null && wanting.attempts() && this.operation.nothingIsUnderWay()) {
			wanting.failed(cause, this.leases.ttl());
		}
	}

}
