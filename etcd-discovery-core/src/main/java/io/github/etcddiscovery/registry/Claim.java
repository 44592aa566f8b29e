package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.retry.FailedAttempts;
import io.github.etcddiscovery.retry.RetryOptions;
import org.jspecify.annotations.Nullable;

/**
 * What one handle wants of one key, how its attempts went, and what is shown of it. The
 * key reconciles; this is told what came of it. Confined to the loop's thread, but for
 * the methods that say otherwise. The states are those of {@link Reconciler}.
 */
final class Claim {

	/** Done at the first REGISTERED, exceptionally when it will not come. */
	final CompletableFuture<Void> registered = new CompletableFuture<>();

	/** Done when closed, and the key gone or left to itself. */
	final CompletableFuture<Void> removed = new CompletableFuture<>();

	final Bytes keyBytes;

	private final Supplier<Bytes> value;

	private final RegistryContext context;

	private final RetryOptions retry;

	final StateReport report;

	/** What others make of the value. */
	final Edits edits;

	/** Attempts that have failed since the last success. */
	private final FailedAttempts failedAttempts;

	private final Deletions deletions = new Deletions();

	private final Set<String> reasonsToBeOut = new TreeSet<>();

	/** Whether who waits was told, or is as soon as there is a thread for it. */
	private boolean told;

	/** When the attempt began that is under way; null where none is. */
	private @Nullable Long attemptBegan;

	/** When the first failed attempt since the last success ended. */
	private long failingSince;

	/** Where the key is; null until the registry knows of this claim. */
	private volatile @Nullable Key key;

	/** The lease of the last write of the key for this claim; null before the first. */
	private @Nullable RegistryLease lease;

	/** Is told of by a report, and asks for the value whenever it is written. */
	Claim(Bytes keyBytes, Supplier<Bytes> value, StateReport report, Edits edits, RegistryContext context) {
		this.keyBytes = keyBytes;
		this.value = value;
		this.report = report;
		this.edits = edits;
		this.context = context;
		this.retry = context.options().retry();
		this.failedAttempts = context.noFailures();
	}

	Bytes value() {
		return this.value.get();
	}

	/** See {@link Key#outFor()}. */
	Duration outFor() {
		return (this.key != null) ? this.key.outFor() : OwnWrites.NEVER_STOOD;
	}

	void begin(Key wanted) {
		this.key = wanted;
		wanted.claimedBy(this);
	}

	void suspend(String reason) {
		if (this.reasonsToBeOut.add(reason) && !closed()) {
			wishToBeOut();
		}
	}

	void resume(String reason) {
		this.reasonsToBeOut.remove(reason);
		if (gaveUp() || (state() == RegistrationState.OUT && this.reasonsToBeOut.isEmpty())) {
			wishToStand();
		}
		else if (state() == RegistrationState.OUT) {
			wishToBeOut();
		}
	}

	private void wishToBeOut() {
		wish(RegistrationState.OUT, String.join(", ", this.reasonsToBeOut));
	}

	void update() {
		if (gaveUp()) {
			wishToStand();
		}
		else if (this.key != null) {
			this.key.reconcile();
		}
	}

	void close() {
		if (!closed()) {
			wish(RegistrationState.CLOSED, null);
			if (this.key == null) {
				this.removed.complete(null);
			}
			tellWhoWaits(() -> this.registered.completeExceptionally(
					new EtcdDiscoveryException(Kind.CLOSED, "Registration of " + this.keyBytes + " was closed", null)));
		}
	}

	private void wishToStand() {
		this.failedAttempts.clear();
		wish(RegistrationState.REGISTERING, null);
	}

	private void wish(RegistrationState next, @Nullable String reason) {
		boolean changes = state() != next;
		enter(next, reason);
		if (changes && this.key != null) {
			this.key.wishChanged(this);
		}
	}

	private RegistrationState state() {
		return this.report.status().state();
	}

	/** Whether the key shall stand in etcd. */
	boolean wanted() {
		return state() != RegistrationState.OUT && !closed() && !gaveUp();
	}

	boolean closed() {
		return state() == RegistrationState.CLOSED;
	}

	/** Whether the key is taken to stand in etcd. */
	boolean isRegistered() {
		return state() == RegistrationState.REGISTERED || state() == RegistrationState.UNCERTAIN;
	}

	/** Whether nothing is done before somebody asks for it. */
	boolean gaveUp() {
		return state() == RegistrationState.FAILED && this.retry.stopWhenExhausted();
	}

	/** Whether it was written for this claim, so that who holds it now came later. */
	boolean wasRegistered() {
		return this.lease != null;
	}

	/** Whether something is being done so that the key stands as wanted. */
	boolean attempts() {
		return this.attemptBegan != null;
	}

	/** Something is being done so that the key stands as wanted. */
	void attemptBegins() {
		if (this.attemptBegan == null) {
			this.attemptBegan = this.context.loop().now();
		}
		if (!isRegistered() && state() != RegistrationState.REGISTERING) {
			enter(RegistrationState.REGISTERING, null);
		}
	}

	/** The key was written for this claim, or found as wanted. */
	void standsUnder(RegistryLease under) {
		if (this.lease != under) {
			this.deletions.forget(); // It had gone with its lease.
		}
		this.lease = under;
	}

	/** The key stands as wanted under the present lease. */
	void foundAsWanted(RegistryLease present) {
		boolean changed = !isRegistered() || this.failedAttempts.count() > 0;
		attemptEnded(null);
		this.failedAttempts.clear();
		standsUnder(present);
		if (changed) {
			enterRegistered(present.uncertain());
		}
		renewalsAreMissing(present.uncertain());
		tellWhoWaits(() -> this.registered.complete(null));
	}

	/** Renewals of the lease have been missing for long, or do so no more. */
	void renewalsAreMissing(boolean missing) {
		if (isRegistered() && missing != (state() == RegistrationState.UNCERTAIN)) {
			enterRegistered(missing);
		}
	}

	private void enterRegistered(boolean uncertain) {
		enter(uncertain ? RegistrationState.UNCERTAIN : RegistrationState.REGISTERED,
				uncertain ? StateReport.NO_RENEWAL : null);
	}

	void conflict(Entry other) {
		this.attemptBegan = null;
		if (state() != RegistrationState.CONFLICT) {
			enter(RegistrationState.CONFLICT, StateReport.conflict(other));
		}
	}

	/** An attempt failed. Returns how long to wait for the next. */
	Duration failed(EtcdDiscoveryException cause, Duration ttl) {
		attemptEnded(cause);
		if (this.failedAttempts.count() == 0) {
			this.failingSince = this.context.loop().now();
		}
		Duration delay = this.failedAttempts.add(cause.kind().refused(), ttl.dividedBy(3));
		if (isRegistered()) {
			this.report.updateFailed(this.failedAttempts.count(), cause);
		}
		else if (cause.kind().refused()) {
			enterFailed(RegistrationState.DENIED, cause);
		}
		else {
			enterFailed(exhausted(ttl) ? RegistrationState.FAILED : RegistrationState.WAITING, cause);
		}
		return delay;
	}

	private boolean exhausted(Duration ttl) {
		return this.retry.maxAttemptTimes() > 0 && this.failedAttempts.count() >= this.retry.maxAttemptTimes()
				&& this.context.loop().since(this.failingSince).compareTo(ttl) >= 0;
	}

	private void enterFailed(RegistrationState next, EtcdDiscoveryException cause) {
		enter(next,
				(next == RegistrationState.FAILED)
						? StateReport.exhausted(this.failedAttempts.count(), this.retry.stopWhenExhausted(), cause)
						: cause.getMessage() + ". Trying again");
		if (gaveUp()) {
			tellWhoWaits(() -> this.registered.completeExceptionally(cause));
		}
	}

	private void attemptEnded(@Nullable EtcdDiscoveryException cause) {
		if (this.attemptBegan != null) {
			this.context.options().observer().registerAttempt(this.context.loop().since(this.attemptBegan), cause);
			this.attemptBegan = null;
		}
	}

	/**
	 * The key is gone. Returns how long to wait before it is put back, mostly not at all.
	 */
	Duration keyIsGone(Duration ttl) {
		Duration pause = this.deletions.lost(this.context.loop().now(), ttl);
		if (pause.isZero()) {
			beginAnew();
		}
		else {
			this.report.enterPauseOfFight(this.deletions.fightBegins());
		}
		return pause;
	}

	/** What was known of the key is over. */
	void beginAnew() {
		if (wanted()) {
			this.failedAttempts.clear();
			enter(RegistrationState.REGISTERING, null);
		}
	}

	private void tellWhoWaits(Runnable end) {
		if (!this.told) {
			this.context.workers().executeOnceThereIsAThread(end, this.context.loop());
			this.told = true;
		}
	}

	private void enter(RegistrationState next, @Nullable String problem) {
		this.report.entered(next, this.failedAttempts.count(), problem);
	}

}
