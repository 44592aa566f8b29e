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
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/**
 * The one thing that is under way with a key: a read, a write, or a wait for the next of
 * them. Confined to the loop's thread.
 * <p>
 * A write is one transaction on what was last seen, and its answer says what stands where
 * that was wrong. After an answer that does not say what became of it, nothing is known:
 * the key is read before anything is believed of it.
 */
final class Operation {

	/** What is lost to other writers so often in a row is not made again at once. */
	private static final int LOST_IN_A_ROW = 3;

	private enum Step {

		/** Nothing is under way. */
		IDLE,

		/** The key is being read. */
		LOOKING,

		/** A write has been sent. */
		WRITING,

		/** A put was refused, and a renewal is to tell for which key. */
		LEARNING_WHY,

		/** The next attempt has its time. */
		PAUSING,

		/** Nothing is done any more. */
		ABANDONED

	}

	private final Key key;

	private final Reconciler registry;

	private final RegistryContext context;

	private final Leases leases;

	/** Removals that failed, and writes that were lost to others. */
	private final FailedAttempts failures;

	private Step step = Step.IDLE;

	private Timer pause = Timer.NONE;

	private int lostInARow;

	Operation(Key key, Reconciler registry) {
		this.key = key;
		this.registry = registry;
		this.context = registry.context();
		this.leases = registry.leases();
		this.failures = new FailedAttempts(this.context.options().retry(), this.context.random());
	}

	boolean idle() {
		return this.step == Step.IDLE;
	}

	boolean isWriting() {
		return this.step == Step.WRITING;
	}

	boolean isAbandoned() {
		return this.step == Step.ABANDONED;
	}

	/** Whether an answer is awaited. */
	boolean isUnderWay() {
		return this.step == Step.LOOKING || this.step == Step.WRITING || this.step == Step.LEARNING_WHY;
	}

	/** What waited for its time is not waited for, and failures do not count. */
	void beginAnew() {
		this.failures.clear();
		this.lostInARow = 0;
		endPause();
	}

	void abandon() {
		endPause();
		this.step = Step.ABANDONED;
	}

	void look() {
		this.step = Step.LOOKING;
		this.registry.reads().ask(this.key);
	}

	/** A look that is under way does not count any more. */
	void lookAgain() {
		if (this.step == Step.LOOKING) {
			look();
		}
	}

	/** Returns whether the key was being looked at. */
	boolean endLook() {
		if (this.step != Step.LOOKING) {
			return false;
		}
		this.step = Step.IDLE;
		return true;
	}

	void lookFailed(EtcdDiscoveryException cause) {
		Claim wanting = this.key.wanted();
		if (wanting != null) {
			failed(wanting, cause);
		}
		else {
			removalFailed(cause);
		}
	}

	void put(Claim wanting, RegistryLease lease, Seen seen) {
		boolean stoodBefore = this.key.sight().mayStand();
		this.key.sight().mayStand(true);
		Bytes value = wanting.value();
		send(new Write.Put(this.key.bytes(), value, lease.id(), seen.modRevision()), lease, (committed) -> {
			boolean takenOver = seen.entry() != null && this.leases.foreign(seen.entry());
			this.key.written(wanting, lease, takenOver ? seen.entry() : null);
			this.key.learn(new Seen(committed.revision(),
					new Entry(this.key.bytes(), value, lease.id(), committed.revision())));
		}, (cause) -> {
			if (cause.kind().certainlyNotApplied()) {
				this.key.sight().mayStandAsBefore(stoodBefore);
			}
			putFailed(wanting, lease, cause);
		});
	}

	private void putFailed(Claim wanting, RegistryLease lease, EtcdDiscoveryException cause) {
		if (cause.kind() == Kind.LEASE_NOT_FOUND) {
			this.leases.lost(lease, cause);
		}
		else if (cause.kind() == Kind.PERMISSION_DENIED) {
			this.step = Step.LEARNING_WHY;
			lease.renewNow((refusal) -> putRefused(wanting, lease, (refusal != null) ? refusal : cause));
		}
		else {
			failed(wanting, cause);
		}
	}

	/**
	 * etcd refuses a put under a lease with any key that we may not write; whether it is
	 * this one was told by a renewal.
	 */
	private void putRefused(Claim wanting, RegistryLease lease, EtcdDiscoveryException cause) {
		if (this.step == Step.LEARNING_WHY) {
			this.step = Step.IDLE;
			if (this.leases.usable(lease)) {
				failed(wanting, cause);
			}
			this.key.reconcile();
		}
	}

	void delete(Seen seen) {
		send(new Write.Delete(this.key.bytes(), seen.modRevision()), null,
				(committed) -> this.key.learn(new Seen(committed.revision(), null)), this::removalFailed);
	}

	private void send(Write write, @Nullable RegistryLease lease, Consumer<Committed> applied,
			Consumer<EtcdDiscoveryException> failed) {
		this.step = Step.WRITING;
		this.key.own().sending(write);
		StoreAge.Mark sent = this.registry.storeAge().mark();
		this.context.loop().whenDone(this.context.client().commit(write), (answer, failure) -> {
			try {
				if (this.step == Step.WRITING) {
					this.step = Step.IDLE;
					if (answer == null) {
						unanswered(write, lease, EtcdDiscoveryException.of(write.toString(), requireNonNull(failure)),
								failed);
					}
					else if (this.registry.storeAge().believes(sent, answer.revision())) {
						answered(answer, applied);
					}
					else {
						this.key.nothingSeen();
					}
					this.key.reconcile();
				}
			}
			finally {
				this.registry.leavePlace();
			}
		});
	}

	private void answered(Committed answer, Consumer<Committed> applied) {
		if (answer.applied()) {
			this.lostInARow = 0;
			this.failures.clear();
			this.key.own().committed(answer.revision());
			applied.accept(answer);
			return;
		}
		this.lostInARow++;
		this.key.learn(new Seen(answer.revision(), answer.found()));
		if (this.lostInARow >= LOST_IN_A_ROW && idle()) {
			pauseFor(this.failures.add(false, limit()), this::endPause);
		}
	}

	private void unanswered(Write write, @Nullable RegistryLease lease, EtcdDiscoveryException cause,
			Consumer<EtcdDiscoveryException> failed) {
		if (!cause.kind().certainlyNotApplied()) {
			this.key.nothingSeen();
			this.key.own().unanswered(write, lease, this.leases.ttl(), this.context.loop().now());
			this.registry.ownKeys().watch(this.key);
		}
		failed.accept(cause);
	}

	private void failed(Claim wanting, EtcdDiscoveryException cause) {
		if (this.key.wanted() == wanting) {
			pauseFor(wanting, wanting.failed(cause));
		}
	}

	/** Put back too often of late, the key is put back after a pause. */
	void lostWhileItStood(Claim wanting) {
		endPause();
		if (wanting.fightsOverIt()) {
			pauseFor(this.leases.ttl(), wanting::tryAgainAfterAFight);
		}
	}

	void denied(Claim wanting, EtcdDiscoveryException cause) {
		pauseFor(wanting, wanting.denied(cause));
	}

	private void pauseFor(Claim wanting, Duration delay) {
		if (!wanting.gaveUp()) {
			pauseFor(delay, wanting::tryAgain);
		}
	}

	private void removalFailed(EtcdDiscoveryException cause) {
		Claim leaving = this.key.claim();
		if (leaving == null && cause.kind().refused()) {
			// Nobody waits for it, and the list of the lease finds it again.
			this.key.sight().learn(Seen.NOTHING_YET);
		}
		else if (this.key.wanted() == null) {
			pauseFor(this.failures.add(cause.kind().refused(), limit()), this::endPause);
			if (leaving != null) {
				leaving.removalFailed(this.failures.count(), cause);
			}
		}
	}

	private Duration limit() {
		return this.leases.ttl().dividedBy(3);
	}

	private void pauseFor(Duration delay, Runnable afterwards) {
		endPause();
		this.step = Step.PAUSING;
		this.pause = this.context.loop().schedule(delay, () -> {
			endPause();
			afterwards.run();
			this.key.reconcile();
		});
	}

	private void endPause() {
		this.pause.cancel();
		this.pause = Timer.NONE;
		if (this.step == Step.PAUSING) {
			this.step = Step.IDLE;
		}
	}

}
