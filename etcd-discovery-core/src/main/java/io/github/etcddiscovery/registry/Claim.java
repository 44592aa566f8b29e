package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What one handle wants of one key, and what is shown of it. The key reconciles; this is
 * told what came of it. Confined to the loop's thread, but for the methods that say
 * otherwise.
 *
 * <pre>
 * state                 signal                                        next
 * REGISTERING           written, or stands as wanted                  REGISTERED
 * REGISTERING           under another's lease, was REGISTERED before  CONFLICT
 * REGISTERING           no answer, error                              WAITING; from maxAttemptTimes on FAILED
 * REGISTERING           login, permission or space refused            DENIED
 * REGISTERED            no renewal acknowledged for 2/3 TTL           UNCERTAIN
 * UNCERTAIN             renewal acknowledged                          REGISTERED
 * REGISTERED UNCERTAIN  lease lost, key gone or under no lease        REGISTERING
 * REGISTERED UNCERTAIN  login refused                                 DENIED
 * REGISTERED UNCERTAIN  key under another's lease                     CONFLICT
 * REGISTERED UNCERTAIN  update                                        unchanged; written until it is committed
 * REGISTERED UNCERTAIN  key gone for the 4th time in a minute         WAITING for one TTL
 * CONFLICT              key gone, or under another's lease no more    REGISTERING
 * as above, DENIED      store went back, lease lost                   REGISTERING: read the key
 * WAITING FAILED DENIED delay over                                    REGISTERING
 * FAILED, given up      resume, update                                REGISTERING
 * any but CLOSED        a reason to be out                            OUT; the key is removed
 * OUT                   the last reason gone                          REGISTERING
 * any                   close                                         CLOSED; the key is removed
 * </pre>
 */
final class Claim {

	/** Done at the first REGISTERED, exceptionally when it will not come. */
	final CompletableFuture<Void> registered = new CompletableFuture<>();

	/** Done when closed, and the key gone or left to itself. */
	final CompletableFuture<Void> removed = new CompletableFuture<>();

	private final Target target;

	private final RegistryContext context;

	private final Pace pace;

	private final StateReport report;

	private final Deletions deletions = new Deletions();

	private final Set<String> reasonsToBeOut = new HashSet<>();

	private RegistrationState state = RegistrationState.REGISTERING;

	/** Where the key is; null until the registry knows of this claim. */
	private volatile @Nullable Key key;

	/** The lease of the last write of the key for this claim; null before the first. */
	private @Nullable RegistryLease lease;

	Claim(Target target, RegistryContext context, Leases leases) {
		this.target = target;
		this.context = context;
		this.pace = new Pace(context, leases);
		this.report = new StateReport(target, context.options().observer());
	}

	Bytes keyBytes() {
		return this.target.key();
	}

	Bytes value() {
		return this.target.value().get();
	}

	/** Can be called from any thread. */
	KeyStatus status() {
		return this.report.status();
	}

	/** See {@link Key#outFor()}. */
	Duration outFor() {
		return (this.key != null) ? this.key.outFor() : Sight.NEVER_STOOD;
	}

	void begin(Key wanted) {
		this.key = wanted;
		wanted.claimedBy(this);
	}

	void suspend(String reason) {
		if (this.reasonsToBeOut.add(reason) && wanted()) {
			this.deletions.nothingLost();
			wish(RegistrationState.OUT, reason);
		}
	}

	void resume(String reason) {
		this.reasonsToBeOut.remove(reason);
		if (gaveUp() || (this.state == RegistrationState.OUT && this.reasonsToBeOut.isEmpty())) {
			this.pace.begin();
			wish(RegistrationState.REGISTERING, null);
		}
	}

	void update() {
		if (gaveUp()) {
			this.pace.begin();
			wish(RegistrationState.REGISTERING, null);
		}
		else if (this.key != null) {
			this.key.reconcile();
		}
	}

	void close() {
		if (!closed()) {
			notRegistered(
					new EtcdDiscoveryException(Kind.CLOSED, "Registration of " + keyBytes() + " was closed", null));
			wish(RegistrationState.CLOSED, null);
		}
	}

	private void wish(RegistrationState next, @Nullable String reason) {
		enter(next, reason);
		if (this.key != null) {
			this.key.wishChanged(this);
		}
	}

	/** Whether the key shall stand in etcd. */
	boolean wanted() {
		return this.state != RegistrationState.OUT && !closed();
	}

	boolean closed() {
		return this.state == RegistrationState.CLOSED;
	}

	/** Whether nothing is done before somebody asks for it. */
	boolean gaveUp() {
		return this.state == RegistrationState.FAILED && this.context.options().retry().stopWhenExhausted();
	}

	/**
	 * Whether the key was written for this claim, so that whoever holds it now came
	 * later.
	 */
	boolean wasRegistered() {
		return this.lease != null;
	}

	/** Something is being done so that the key stands as wanted. */
	void trying() {
		this.pace.trying();
		tryAgain();
	}

	/**
	 * The key was written.
	 * @param replaced key of somebody else that was taken over, or null
	 */
	void written(RegistryLease under, @Nullable Entry replaced) {
		this.deletions.written(this.lease == under, this.context.loop().now());
		this.lease = under;
		if (replaced != null) {
			this.report.tookOver(replaced);
		}
	}

	/** The key stands as wanted under the present lease. */
	void stands(RegistryLease present) {
		boolean failedBefore = this.pace.attempts() > 0;
		this.pace.succeeded();
		this.deletions.nothingLost();
		this.lease = present;
		RegistrationState next = present.uncertain() ? RegistrationState.UNCERTAIN : RegistrationState.REGISTERED;
		if (this.state != next || failedBefore) {
			enter(next, null);
		}
		if (!this.registered.isDone()) {
			this.context.workers().execute(() -> this.registered.complete(null));
		}
	}

	void conflict(Entry other) {
		this.pace.notNeeded();
		if (this.state != RegistrationState.CONFLICT) {
			enter(RegistrationState.CONFLICT, StateReport.conflict(other));
		}
	}

	/** An attempt failed. Returns how long to wait for the next, unless it gave up. */
	Duration failed(EtcdDiscoveryException cause) {
		Duration delay = this.pace.failed(cause);
		if (isRegistered()) {
			this.report.updateFailed(this.pace.attempts(), cause.getMessage());
		}
		else {
			enterFailed(this.pace.state(cause), cause);
		}
		return delay;
	}

	/** The login was refused to a renewal. Returns how long to wait for an attempt. */
	Duration denied(EtcdDiscoveryException cause) {
		Duration delay = this.pace.failed(cause);
		enterFailed(RegistrationState.DENIED, cause);
		return delay;
	}

	private void enterFailed(RegistrationState next, EtcdDiscoveryException cause) {
		this.state = next;
		enter(next, cause.getMessage() + (gaveUp() ? ". Given up" : ". Trying again"));
		if (gaveUp()) {
			notRegistered(cause);
		}
	}

	/** The delay after a failure is over. */
	void tryAgain() {
		if (wanted() && !this.state.registered() && this.state != RegistrationState.REGISTERING) {
			enter(RegistrationState.REGISTERING, null);
		}
	}

	void removalFailed(int attempts, EtcdDiscoveryException cause) {
		this.report.removalFailed(attempts, String.valueOf(cause.getMessage()));
	}

	/** Whether the key is taken to stand in etcd. */
	boolean isRegistered() {
		return this.state.registered();
	}

	/** The key is gone. Returns whether it is put back after a pause, not at once. */
	boolean fightsOverIt() {
		this.deletions.lost();
		if (!this.deletions.tooMany(this.context.loop().now())) {
			beginAnew();
			return false;
		}
		this.state = RegistrationState.WAITING;
		this.report.pausing(this.deletions.pause());
		return true;
	}

	void tryAgainAfterAFight() {
		this.deletions.pauseOver(this.context.loop().now());
		beginAnew();
	}

	/**
	 * Nothing that was known of the key holds any more. Returns whether to read it now;
	 * else an attempt to find out is under way, or has its time.
	 */
	boolean doubts() {
		boolean known = isRegistered() || this.state == RegistrationState.CONFLICT
				|| this.state == RegistrationState.DENIED;
		if (known) {
			beginAnew();
		}
		return known || !wanted();
	}

	void leaseUncertain() {
		if (this.state == RegistrationState.REGISTERED) {
			enter(RegistrationState.UNCERTAIN, StateReport.NO_RENEWAL);
		}
	}

	void leaseAcknowledged() {
		if (this.state == RegistrationState.UNCERTAIN) {
			enter(RegistrationState.REGISTERED, null);
		}
	}

	void beginAnew() {
		this.pace.begin();
		enter(RegistrationState.REGISTERING, null);
	}

	private void notRegistered(EtcdDiscoveryException cause) {
		this.context.workers().execute(() -> this.registered.completeExceptionally(cause));
	}

	private void enter(RegistrationState next, @Nullable String problem) {
		this.state = next;
		this.report.entered(next, this.pace.attempts(), problem);
	}

}
