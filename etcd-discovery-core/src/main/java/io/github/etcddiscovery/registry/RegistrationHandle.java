package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.loop.Workers;

/**
 * An instance under all its layouts: passes on what is asked for to the loop of each key.
 */
final class RegistrationHandle implements Registration {

	private final AtomicReference<Instance> instance;

	private final RegistryContext context;

	private final List<RegistrationLoop> loops;

	private final CompletableFuture<Registration> registered;

	private final CompletableFuture<Void> removed;

	private volatile long closedAt;

	private volatile boolean closed;

	RegistrationHandle(Instance instance, RegistryContext context, LeaseKeeper leases) {
		this.instance = new AtomicReference<>(instance);
		this.context = context;
		this.loops = context.options()
			.layouts()
			.stream()
			.map((layout) -> new RegistrationLoop(Target.of(layout, this.instance::get), context, leases))
			.toList();
		this.registered = all(this.loops.stream().map((loop) -> loop.registered).toList()).thenApply((nothing) -> this);
		this.removed = all(this.loops.stream().map((loop) -> loop.removed).toList());
	}

	private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
		return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
	}

	/**
	 * Checks an instance against every layout.
	 * @return its keys, one for each layout
	 * @throws IllegalArgumentException if a layout cannot carry it, or two give it the
	 * same key
	 */
	static List<Bytes> keys(Instance instance, List<Layout> layouts) {
		for (Layout layout : layouts) {
			layout.codec().checkService(instance.service());
			layout.codec().value(instance);
		}
		List<Bytes> keys = layouts.stream().map((layout) -> layout.key(instance)).toList();
		if (keys.stream().distinct().count() < keys.size()) {
			throw new IllegalArgumentException("layouts: " + layouts + " give " + instance.service() + " at "
					+ instance.address() + " the same key twice (expected: a key of its own under each layout)");
		}
		return keys;
	}

	List<RegistrationLoop> loops() {
		return this.loops;
	}

	CompletableFuture<Void> removed() {
		return this.removed;
	}

	boolean closed() {
		return this.closed;
	}

	@Override
	public Instance instance() {
		return Objects.requireNonNull(this.instance.get());
	}

	@Override
	public RegistrationState state() {
		return this.closed ? RegistrationState.CLOSED
				: Collections.min(this.loops.stream().map((loop) -> loop.status().state()).toList());
	}

	@Override
	public List<KeyStatus> keys() {
		return this.loops.stream().map(RegistrationLoop::status).toList();
	}

	@Override
	public Duration outFor() {
		return Collections.min(this.loops.stream().map(RegistrationLoop::outFor).toList());
	}

	@Override
	public CompletionStage<Registration> whenRegistered() {
		return this.registered.minimalCompletionStage();
	}

	@Override
	public void update(UnaryOperator<Instance> change) {
		if (this.closed) {
			throw new IllegalStateException("Cannot update " + instance() + ": its registration is closed");
		}
		List<Layout> layouts = this.context.options().layouts();
		this.instance.updateAndGet((current) -> {
			Instance changed = change.apply(current);
			if (!keys(changed, layouts).equals(keys(current, layouts))) {
				throw new IllegalArgumentException("Cannot update " + current + " to " + changed
						+ ": the key would be another one (expected: the same service and address; register the other "
						+ "instance and close this one)");
			}
			return changed;
		});
		tell(RegistrationLoop::update);
	}

	@Override
	public void suspend(String reason) {
		tell((loop) -> loop.suspend(reason));
	}

	@Override
	public void resume(String reason) {
		tell((loop) -> loop.resume(reason));
	}

	@Override
	public void close() {
		startClose(true);
		Workers.await(this.removed, this.context.client().requestTimeout());
	}

	/**
	 * Returns how long whoever closes us waits for the removal: the request timeout once,
	 * not again when the registry is closed after us.
	 */
	Duration patience() {
		Duration whole = this.context.client().requestTimeout();
		Duration left = this.closed ? whole.minus(this.context.loop().since(this.closedAt)) : whole;
		return left.isNegative() ? Duration.ZERO : left;
	}

	void startClose(boolean remove) {
		if (!this.closed) {
			this.closedAt = this.context.loop().now();
		}
		this.closed = true;
		tell(remove ? RegistrationLoop::close : RegistrationLoop::abandon);
	}

	private void tell(Consumer<RegistrationLoop> message) {
		this.context.loop().execute(() -> this.loops.forEach(message));
	}

	@Override
	public String toString() {
		return "Registration[" + instance() + ", " + state() + "]";
	}

}
