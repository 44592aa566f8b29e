package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.etcddiscovery.EtcdDiscoveryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All loops of a registry, and the lease that they share. Confined to the loop's thread,
 * but for {@link #lease()}.
 */
final class RegistryLoops implements LeaseKeeper.Listener {

	private static final Logger logger = LoggerFactory.getLogger(EtcdRegistry.class);

	private final RegistryContext context;

	private final LeaseKeeper leases;

	private final OwnKeys ownKeys;

	private final List<RegistrationLoop> loops = new ArrayList<>();

	private boolean closed;

	RegistryLoops(RegistryContext context) {
		this.context = context;
		this.leases = new LeaseKeeper(context, this);
		this.ownKeys = new OwnKeys(context, this::storeWentBack);
	}

	RegistrationHandle handle(Described described) {
		return new RegistrationHandle(described, this.context, this.leases);
	}

	@Nullable LeaseStatus lease() {
		return this.leases.status();
	}

	void add(RegistrationHandle handle) {
		handle.loops().forEach(this::add);
		if (this.closed) {
			handle.startClose(this.context.options().removeOnClose());
		}
	}

	private void add(RegistrationLoop loop) {
		List<RegistrationLoop> others = List.copyOf(this.loops);
		this.loops.add(loop);
		// A closed registration whose removal goes on would take the key away from its
		// successor.
		others.stream().filter((other) -> other.key().equals(loop.key())).forEach(loop::succeed);
		this.ownKeys.follow(loop);
		loop.removed.whenComplete((done, failure) -> removed(loop));
		loop.idle();
	}

	private void removed(RegistrationLoop loop) {
		this.loops.remove(loop);
		this.ownKeys.unfollow(loop);
		if (this.loops.isEmpty() && !this.closed) {
			this.leases.rest();
		}
	}

	/**
	 * Ends the renewals and removes every key, unless the options say that keys stay.
	 * @return done when all are removed
	 */
	CompletableFuture<Void> close() {
		this.closed = true;
		this.leases.close();
		CompletableFuture<?>[] removals = this.loops.stream()
			.map((loop) -> loop.removed)
			.toArray(CompletableFuture[]::new);
		each(this.context.options().removeOnClose() ? RegistrationLoop::close : RegistrationLoop::abandon);
		return CompletableFuture.allOf(removals);
	}

	CompletableFuture<Void> revoke() {
		return this.leases.revoke();
	}

	Duration leaseRemaining() {
		return this.leases.remaining();
	}

	/**
	 * Gives up what is still under way: by our clock the lease has ended, and nothing
	 * more can be done in time.
	 */
	void abandon() {
		each(RegistrationLoop::abandon);
		this.ownKeys.close();
	}

	@Override
	public void leaseAcknowledged() {
		each((loop) -> loop.leaseUncertain(false));
	}

	@Override
	public void leaseUncertain() {
		each((loop) -> loop.leaseUncertain(true));
	}

	@Override
	public void leaseDenied(EtcdDiscoveryException cause) {
		each((loop) -> loop.leaseDenied(cause));
	}

	@Override
	public void leaseLost(LeaseSession session, EtcdDiscoveryException cause) {
		if (this.leases.forget(session)) {
			logger.warn("Lease {} is lost, registering again under another one: {}", Long.toHexString(session.id()),
					cause.getMessage());
			each(RegistrationLoop::doubtful);
		}
	}

	private void storeWentBack() {
		each((loop) -> loop.work().storeWentBack());
		this.leases.replace();
	}

	@Override
	public void leaseReplaced() {
		each(RegistrationLoop::doubtful);
	}

	/** On a copy, because a loop that ends leaves the list. */
	private void each(Consumer<RegistrationLoop> message) {
		List.copyOf(this.loops).forEach(message);
	}

}
