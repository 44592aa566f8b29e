package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.function.Consumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.loop.EventLoop.Timer;
import io.github.etcddiscovery.retry.FailedAttempts;
import io.github.etcddiscovery.registry.Transactions.Found;
import org.jspecify.annotations.Nullable;

/**
 * The one thing that is under way with a key: a read, a write, or a wait for the next of
 * them. Confined to the loop's thread.
 * <p>
 * A write is one transaction on what was found last, and its answer says what stands
 * where that was wrong. After an answer that does not say what became of it, nothing is
 * known: the key is read before anything is believed of it.
 */
final class Operation {

	/** What is lost to other writers so often in a row is not made again at once. */
	private static final int LOST_IN_A_ROW = 3;

	private enum Step {

		/** Nothing is under way. */
		NONE,

		/** The key is being read. */
		READING,

		/** A write has been sent. */
		WRITING,

		/** A put was refused, and a renewal is to tell for which key of the lease. */
		AWAITING_RENEWAL,

		/** The next attempt has its time. */
		PAUSING,

		/** Nothing is done any more. */
		ABANDONED

	}

	private final Key key;

	private final Reconciler registry;

	private final Leases leases;

	/** Removals that failed, and writes that were lost to others, without a success. */
	private final FailedAttempts lostOrNotRemoved;

	/** When the first one of these was. */
	private long lostOrNotRemovedSince;

	private Step step = Step.NONE;

	private Timer pause = Timer.NONE;

	private int lostInARow;

	Operation(Key key, Reconciler registry) {
		this.key = key;
		this.registry = registry;
		this.leases = registry.leases;
		this.lostOrNotRemoved = registry.context.noFailures();
	}

	boolean nothingIsUnderWay() {
		return this.step == Step.NONE;
	}

	/** Not while a write is under way, whose answer says more. */
	boolean takesNews() {
		return this.step != Step.WRITING && this.step != Step.ABANDONED;
	}

	boolean awaitsAnswer() {
		return this.step == Step.READING || this.step == Step.WRITING || this.step == Step.AWAITING_RENEWAL;
	}

	/** What waited for its time is not waited for, and failures do not count. */
	void beginAnew() {
		this.lostOrNotRemoved.clear();
		this.lostInARow = 0;
		endPause();
	}

	void abandon() {
		endPause();
		this.step = Step.ABANDONED;
	}

	void read(@Nullable Claim wanting) {
		if (wanting != null) {
			wanting.attemptBegins();
		}
		this.registry.transactions.read(this.key);
		this.step = Step.READING;
	}

	/** There is news of the key, or none of before counts: no read is waited for. */
	void endRead() {
		this.step = (this.step == Step.READING) ? Step.NONE : this.step;
	}

	void readFailed(EtcdDiscoveryException cause) {
		if (this.step == Step.READING) {
			this.step = Step.NONE;
			failed(this.key.wanted(), cause);
			this.key.reconcile();
		}
	}

	void put(Claim wanting, RegistryLease lease, Found known) {
		wanting.attemptBegins();
		Bytes value = wanting.value();
		Write.Put put = new Write.Put(this.key.bytes, value, lease.id(), known.modRevision());
		send(put, lease, (revision) -> {
			this.key.written(wanting, lease, known);
			this.key.learn(new Found(revision, new Entry(this.key.bytes, value, lease.id(), revision)));
		}, (cause) -> putFailed(wanting, lease, cause));
	}

	private void putFailed(Claim wanting, RegistryLease lease, EtcdDiscoveryException cause) {
		if (cause.kind() == Kind.LEASE_NOT_FOUND) {
			this.leases.lost(lease, cause);
		}
		else if (cause.kind() == Kind.PERMISSION_DENIED) {
			this.registry.context.loop()
				.whenDone(lease.renewNow(), (renewed, failure) -> renewalTold(wanting, lease,
						(failure != null) ? EtcdDiscoveryException.of("renewal", failure) : cause));
			this.step = Step.AWAITING_RENEWAL;
		}
		else {
			failed(wanting, cause);
		}
	}

	/**
	 * etcd refuses a put under a lease with any key that we may not write; whether it is
	 * this one was told by a renewal: if not, there will be another lease.
	 */
	private void renewalTold(Claim wanting, RegistryLease lease, EtcdDiscoveryException cause) {
		if (this.step == Step.AWAITING_RENEWAL) {
			this.step = Step.NONE;
			if (lease.usable()) {
				failed(wanting, cause);
			}
			this.key.reconcile();
		}
	}

	void delete(Found known) {
		send(new Write.Delete(this.key.bytes, known.modRevision()), null,
				(revision) -> this.key.learn(new Found(revision, null)), (cause) -> failed(null, cause));
	}

	private void send(Write write, @Nullable RegistryLease lease, Consumer<Long> applied,
			Consumer<EtcdDiscoveryException> failed) {
		this.key.own.sending(write);
		this.registry.transactions.commit(write, (answer, failure) -> {
			if (this.step != Step.WRITING) {
				return;
			}
			this.step = Step.NONE;
			if (answer != null) {
				answered(write, answer, applied);
			}
			else if (failure != null) {
				unanswered(write, lease, failure);
				failed.accept(failure);
			}
			else {
				this.key.unknown();
			}
			this.key.reconcile();
		});
		this.step = Step.WRITING;
	}

	private void answered(Write write, Committed answer, Consumer<Long> applied) {
		if (answer.applied()) {
			this.lostInARow = 0;
			this.lostOrNotRemoved.clear();
			this.key.own.committed(write, answer.revision());
			applied.accept(answer.revision());
			return;
		}
		this.lostInARow++;
		this.key.learn(new Found(answer.revision(), answer.found()));
		if (this.lostInARow >= LOST_IN_A_ROW && this.step == Step.NONE) {
			pause(addLostOrNotRemoved(false));
		}
	}

	private void unanswered(Write write, @Nullable RegistryLease lease, EtcdDiscoveryException cause) {
		if (cause.kind().certainlyNotApplied()) {
			this.key.own.notApplied();
			this.key.catchUp();
			return;
		}
		this.key.unknown();
		if (write instanceof Write.Put put && lease != null) {
			long watchedUntil = this.registry.context.loop().now() + this.leases.ttl().toNanos();
			this.key.own.unanswered(put, lease, watchedUntil);
		}
		else if (write instanceof Write.Delete delete) {
			this.key.own.unanswered(delete);
		}
		this.registry.ownKeys.watch(this.key);
	}

	/** A failure counts for who had wanted what has failed, and for nobody else. */
	void failed(@Nullable Claim wanting, EtcdDiscoveryException cause) {
		if (wanting != null && wanting == this.key.wanted()) {
			pause(wanting.failed(cause, this.leases.ttl()));
			if (wanting.gaveUp()) {
				this.lostOrNotRemoved.clear();
			}
		}
		else if (wanting == this.key.wanted()) {
			notRemoved(cause);
		}
	}

	/** What cannot be removed ends with the lease, unless other keys need that. */
	private void notRemoved(EtcdDiscoveryException cause) {
		pause(addLostOrNotRemoved(cause.kind().refused()));
		Claim leaving = this.key.claim();
		if (leaving != null && !leaving.gaveUp()) {
			leaving.report.removalFailed(this.lostOrNotRemoved.count(), cause);
		}
		if (this.registry.context.loop().since(this.lostOrNotRemovedSince).compareTo(this.leases.ttl()) >= 0) {
			this.registry.leaveLeaseUnlessAKeyIsWanted();
		}
	}

	/** Returns how long to wait for the next attempt. */
	private Duration addLostOrNotRemoved(boolean refused) {
		if (this.lostOrNotRemoved.count() == 0) {
			this.lostOrNotRemovedSince = this.registry.context.loop().now();
		}
		return this.lostOrNotRemoved.add(refused, this.leases.longestPause());
	}

	/** The key is gone though it should stand: put back at once, or after a pause. */
	void keyIsGone(Claim wanting, @Nullable Entry withoutLease) {
		if (withoutLease != null) {
			wanting.report.lostItsLease();
		}
		endPause();
		pauseUnlessUnderWay(wanting.keyIsGone(this.leases.ttl()));
	}

	/** Who waits already waits no longer. */
	void pauseUnlessUnderWay(Duration delay) {
		if (!delay.isZero() && this.step == Step.NONE) {
			pause(delay);
		}
	}

	void pause(Duration delay) {
		endPause();
		this.pause = this.registry.context.loop().schedule(delay, () -> {
			endPause();
			this.key.reconcile();
		});
		this.step = Step.PAUSING;
	}

	void endPause() {
		this.pause.cancel();
		this.step = (this.step == Step.PAUSING) ? Step.NONE : this.step;
	}

}
