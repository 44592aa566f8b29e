package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.registry.Outcome.Written;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one key registered. Confined to the loop's thread, but for the methods that say
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
 * as above, DENIED      store went back, another lease                REGISTERING: read the key
 * WAITING FAILED DENIED delay over                                    REGISTERING
 * FAILED, given up      resume, update                                REGISTERING
 * any but CLOSED        a reason to be out                            OUT; the key is removed
 * OUT                   the last reason gone                          REGISTERING
 * any                   close                                         CLOSED; the key is removed
 * </pre>
 */
final class RegistrationLoop implements KeyWork.Listener {

	/** Done at the first REGISTERED, exceptionally when it will not come. */
	final CompletableFuture<Void> registered = new CompletableFuture<>();

	/** Done when closed, and the key gone or left to itself. */
	final CompletableFuture<Void> removed = new CompletableFuture<>();

	private final Target target;

	private final RegistryContext context;

	private final LeaseKeeper leases;

	private final KeyWork work;

	private final Pace pace;

	private final StateReport report;

	private final Deletions deletions = new Deletions();

	private final Set<String> reasonsToBeOut = new HashSet<>();

	private RegistrationState state = RegistrationState.REGISTERING;

	/** The lease of the last successful write; null before the first. */
	private @Nullable LeaseSession lease;

	private final Delay delay;

	RegistrationLoop(Target target, RegistryContext context, LeaseKeeper leases) {
		this.target = target;
		this.context = context;
		this.leases = leases;
		this.pace = new Pace(context, leases);
		this.delay = new Delay(context.loop());
		this.report = new StateReport(target, context.options().observer());
		this.work = new KeyWork(target.key(), context, leases, this.report, this);
	}

	Bytes key() {
		return this.target.key();
	}

	KeyStatus status() {
		return this.report.status();
	}

	Duration outFor() {
		return this.work.outFor();
	}

	void suspend(String reason) {
		if (this.reasonsToBeOut.add(reason) && wanted()) {
			this.deletions.left();
			enter(RegistrationState.OUT, reason);
			idle();
		}
	}

	void resume(String reason) {
		this.reasonsToBeOut.remove(reason);
		if (gaveUp(this.state) || (this.state == RegistrationState.OUT && this.reasonsToBeOut.isEmpty())) {
			registerAnew();
		}
	}

	void update() {
		if (gaveUp(this.state)) {
			registerAnew();
		}
		idle();
	}

	void close() {
		if (this.state != RegistrationState.CLOSED) {
			enter(RegistrationState.CLOSED, null);
			notRegistered(new EtcdDiscoveryException(Kind.CLOSED, "Registration of " + key() + " was closed", null));
			idle();
		}
	}

	/** Takes the place of a closed registration of the same key. */
	void succeed(RegistrationLoop other) {
		other.abandon();
		this.work.inherit(other.work);
	}

	/** Closes, and leaves the key as it is. */
	void abandon() {
		this.removed.complete(null);
		close();
		this.work.stopRemoval();
	}

	void leaseUncertain(boolean uncertain) {
		if (this.state.registered()) {
			enter(uncertain ? RegistrationState.UNCERTAIN : RegistrationState.REGISTERED,
					uncertain ? "no renewal of the lease was acknowledged for 2/3 of its time to live" : null);
			idle();
		}
	}

	void leaseDenied(EtcdDiscoveryException cause) {
		if (this.state.registered()) {
			retry(this.pace.failed(cause), RegistrationState.DENIED, cause);
		}
	}

	@Override
	public void doubtful() {
		if (this.state.registered() || this.state == RegistrationState.CONFLICT
				|| this.state == RegistrationState.DENIED) {
			registerAnew();
		}
	}

	KeyWork work() {
		return this.work;
	}

	@Override
	public boolean wanted() {
		return this.state != RegistrationState.OUT && this.state != RegistrationState.CLOSED;
	}

	/** Begins what the state asks for. */
	@Override
	public void idle() {
		if (this.work.busy()) {
			if (wanted()) {
				this.work.stopRemoval();
			}
		}
		else if (!wanted()) {
			leave();
		}
		else if (this.state == RegistrationState.REGISTERING || (this.state.registered() && !this.delay.isWaiting()
				&& !this.work.stands(this.target.value().get()))) {
			this.work.put(this.target.value().get(), this.lease == null);
		}
	}

	private void leave() {
		if (!this.removed.isDone() && this.work.mayStand()) {
			this.work.remove();
		}
		else if (this.state == RegistrationState.CLOSED) {
			this.removed.complete(null);
		}
	}

	@Override
	public void written(Written written) {
		if (written.replaced() != null) {
			this.report.tookOver(written.replaced());
		}
		boolean sameLease = this.lease == written.session();
		this.lease = written.session();
		if (!wanted() || !this.leases.current(written.session())) {
			return;
		}
		this.deletions.written(sameLease && written.wrote(), this.context.loop().now());
		this.pace.begin();
		enter(written.session().uncertain() ? RegistrationState.UNCERTAIN : RegistrationState.REGISTERED, null);
		this.context.workers().execute(() -> this.registered.complete(null));
	}

	@Override
	public void occupied(Entry other) {
		if (wanted()) {
			enter(RegistrationState.CONFLICT,
					"the key stands under lease " + Long.toHexString(other.lease())
							+ ", which is not ours: another process that advertises the same address has replaced this "
							+ "one. Nothing is written until that key is gone; give one of the two another address");
		}
	}

	@Override
	public void failed(EtcdDiscoveryException cause) {
		if (!wanted()) {
			return;
		}
		Duration pause = this.pace.failed(cause);
		if (this.state.registered()) {
			this.report.updateFailed(this.pace.attempts(), cause.getMessage());
			this.delay.start(pause, this::idle);
		}
		else {
			retry(pause, this.pace.state(cause), cause);
		}
	}

	private void retry(Duration pause, RegistrationState meanwhile, EtcdDiscoveryException cause) {
		enter(meanwhile, cause.getMessage() + (gaveUp(meanwhile) ? ". Given up" : ". Trying again"));
		if (gaveUp(meanwhile)) {
			notRegistered(cause);
			return;
		}
		this.delay.start(pause, this::registerAgain);
	}

	@Override
	public void seen(@Nullable Entry entry) {
		boolean foreign = entry != null && this.leases.foreign(entry);
		boolean lost = entry == null || entry.lease() == 0;
		if (this.state == RegistrationState.CONFLICT && !foreign) {
			registerAnew();
		}
		else if (this.state.registered() && foreign && entry != null) {
			occupied(entry);
		}
		else if (this.state.registered() && lost) {
			this.deletions.lost();
			if (this.deletions.tooMany(this.context.loop().now())) {
				pause();
			}
			else {
				registerAnew();
			}
		}
	}

	private void pause() {
		this.state = RegistrationState.WAITING;
		this.report.pausing(this.deletions.pause(),
				"the key was deleted more than 3 times in a minute while its lease was alive; it is put back once per "
						+ "TTL. To take the instance out, suspend its registration");
		this.delay.start(this.leases.ttl(), () -> {
			this.deletions.pauseOver(this.context.loop().now());
			registerAnew();
		});
	}

	private void registerAnew() {
		this.pace.begin();
		registerAgain();
	}

	private void registerAgain() {
		enter(RegistrationState.REGISTERING, null);
		idle();
	}

	private boolean gaveUp(RegistrationState state) {
		return state == RegistrationState.FAILED && this.context.options().retry().stopWhenExhausted();
	}

	private void notRegistered(EtcdDiscoveryException cause) {
		this.context.workers().execute(() -> this.registered.completeExceptionally(cause));
	}

	private void enter(RegistrationState next, @Nullable String problem) {
		this.delay.cancel();
		this.state = next;
		this.report.entered(next, this.pace.attempts(), problem);
	}

}
