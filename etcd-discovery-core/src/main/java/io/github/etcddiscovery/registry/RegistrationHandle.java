package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.UserCode;
import io.github.etcddiscovery.loop.Workers;
import org.jspecify.annotations.Nullable;

/**
 * An instance under all its layouts: passes on what is asked for to what it claims of
 * each key.
 */
final class RegistrationHandle implements Registration {

	private final AtomicReference<Described> described;

	private final RegistryContext context;

	final List<Claim> claims;

	private final CompletableFuture<Registration> registered = new CompletableFuture<>();

	/** Done when closed, and its keys gone or left to themselves. */
	final CompletableFuture<Void> removed;

	/** When it was closed, in the loop's time; null before. */
	private volatile @Nullable Long closedAt;

	RegistrationHandle(Described described, RegistryContext context) {
		this.described = new AtomicReference<>(described);
		this.context = context;
		this.claims = IntStream.range(0, described.keys().size()).mapToObj(this::claim).toList();
		this.removed = all(this.claims.stream().map((claim) -> claim.removed).toList());
		all(this.claims.stream().map((claim) -> claim.registered).toList())
			.thenRun(() -> this.registered.complete(this));
		this.claims.forEach((claim) -> claim.registered.whenComplete((done, failure) -> {
			if (failure != null) {
				this.registered.completeExceptionally(failure);
			}
		}));
	}

	private Claim claim(int layout) {
		RegistryOptions options = this.context.options();
		Bytes key = described().keys().get(layout);
		String format = options.layouts().get(layout).codec().format();
		StateReport report = new StateReport(instance().service(), format, key, options.observer());
		Edits edits = new Edits(this.context.loop(), report,
				(written, edited) -> takeOver(new Edit(options.layouts().get(layout), key, written, edited)));
		return new Claim(key, () -> described().values().get(layout), report, edits, this.context);
	}

	private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
		return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
	}

	private Described described() {
		return Objects.requireNonNull(this.described.get());
	}

	boolean closed() {
		return this.closedAt != null;
	}

	boolean holds(Described other) {
		return described().keys().equals(other.keys());
	}

	@Override
	public Instance instance() {
		return described().instance();
	}

	@Override
	public RegistrationState state() {
		return closed() ? RegistrationState.CLOSED
				: Collections.min(this.claims.stream().map((claim) -> claim.report.status().state()).toList());
	}

	@Override
	public Set<String> edited() {
		return described().edited();
	}

	@Override
	public List<KeyStatus> keys() {
		return this.claims.stream().map((claim) -> claim.report.status()).toList();
	}

	@Override
	public Duration outFor() {
		return Collections.min(this.claims.stream().map(Claim::outFor).toList());
	}

	@Override
	public CompletionStage<Registration> whenRegistered() {
		return this.registered.minimalCompletionStage();
	}

	@Override
	public void update(UnaryOperator<Instance> change) {
		if (closed()) {
			throw new IllegalStateException("Cannot update " + instance() + ": its registration is closed");
		}
		this.described.updateAndGet((current) -> {
			Described changed = current.updated(change.apply(current.instance()), this.context.options().layouts());
			if (!changed.keys().equals(current.keys())) {
				throw new IllegalArgumentException("Cannot update " + current.instance() + " to " + changed.instance()
						+ ": the key would be another one (expected: the same service and address; register the other "
						+ "instance and close this one)");
			}
			return changed;
		});
		tell(Claim::update);
	}

	/**
	 * Changes the instance to one with the same keys, unless the registration is closed
	 * meanwhile.
	 */
	void replace(Described other) {
		if (!other.instance().equals(instance())) {
			this.described.set(other);
			tell(Claim::update);
		}
	}

	/**
	 * Takes over what somebody else has changed in one of our keys, as by an update.
	 * @return names of what was taken over; empty where nothing can be
	 */
	private Set<String> takeOver(Edit edit) {
		RegistryOptions options = this.context.options();
		Described current = described();
		Instance edited = options.acceptEdits() ? edit.appliedTo(current.instance(), options.fixedTags())
				: current.instance();
		Described changed = UserCode.ask(() -> current.edited(edited, options.layouts()), current);
		if (!this.described.compareAndSet(current, changed)) {
			return takeOver(edit);
		}
		tell(Claim::update);
		return Edit.differences(current.instance(), changed.instance());
	}

	@Override
	public void suspend(String reason) {
		tell((claim) -> claim.suspend(reason));
	}

	@Override
	public void resume(String reason) {
		tell((claim) -> claim.resume(reason));
	}

	@Override
	public void close() {
		startClose();
		if (!this.context.loop().isRunningHere()) {
			Workers.await(this.removed, this.context.client().requestTimeout());
		}
	}

	/**
	 * Returns how long whoever closes us waits for the removal: the request timeout once,
	 * not again when the registry is closed after us.
	 */
	Duration patience() {
		Duration whole = this.context.client().requestTimeout();
		Long since = this.closedAt;
		Duration left = (since != null) ? whole.minus(this.context.loop().since(since)) : whole;
		return left.isNegative() ? Duration.ZERO : left;
	}

	/** The key is removed, whatever becomes of the registry. */
	void startClose() {
		shut();
		tell(Claim::close);
	}

	/** The loop will never know of it: whoever has found it waits for nothing. */
	void neverBegins() {
		shut();
		EtcdDiscoveryException cause = new EtcdDiscoveryException(Kind.CLOSED,
				"Registration of " + instance() + " never began: the call that asked for it has failed", null);
		this.claims.forEach((claim) -> claim.removed.complete(null));
		this.context.workers()
			.executeOnceThereIsAThread(() -> this.registered.completeExceptionally(cause), this.context.loop());
	}

	/** Nothing can be asked for any more. */
	void shut() {
		if (!closed()) {
			this.closedAt = this.context.loop().now();
		}
	}

	/** In a task for each, so that what fails at one layout fails at no other. */
	private void tell(Consumer<Claim> message) {
		this.claims.forEach((claim) -> this.context.loop().execute(() -> message.accept(claim)));
	}

	@Override
	public String toString() {
		return "Registration[" + instance() + ", " + state() + "]";
	}

}
