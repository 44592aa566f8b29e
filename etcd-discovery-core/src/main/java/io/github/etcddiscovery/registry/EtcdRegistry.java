package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.Workers;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/**
 * Registers instances and keeps them registered, whatever happens to etcd or to their
 * keys, until they are closed.
 * <ul>
 * <li><b>One lease</b> for all of them, granted with the first registration and renewed
 * every third of its time.
 * <li><b>Whatever takes a key away</b>, it is put back: within 1 s of that being visible
 * while etcd answers, within 6 s of etcd answering again.
 * <li><b>Whoever comes later wins</b>: a first registration takes its key over from
 * whatever session holds it; who was registered and finds its key under another's lease
 * has been replaced and writes no more.
 * <li><b>Threads</b>: safe for use by many. All work is done by one daemon thread; stages
 * run on a pool of their own.
 * </ul>
 */
public final class EtcdRegistry implements AutoCloseable {

	private final RegistryContext context;

	private final Reconciler reconciler;

	/** Who holds which key. */
	private final Map<Bytes, RegistrationHandle> holders = new ConcurrentHashMap<>();

	private final AtomicBoolean closing = new AtomicBoolean();

	private final CompletableFuture<Void> removed = new CompletableFuture<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	EtcdRegistry(RegistryContext context) {
		this.context = context;
		this.reconciler = new Reconciler(context);
	}

	/**
	 * Returns a registry on a client. Does nothing until something is registered.
	 * @param client the client, which stays the caller's to close, after the registry
	 * @param options how to register
	 * @return the registry, to be closed
	 */
	public static EtcdRegistry create(EtcdClient client, RegistryOptions options) {
		return new EtcdRegistry(new RegistryContext(client, options, EventLoop.start("etcd-registry"),
				Workers.named("etcd-registry-worker"), RandomGenerator.getDefault()));
	}

	/**
	 * Registers an instance under every layout. Returns at once and works in the
	 * background for as long as it takes.
	 * @param instance the instance
	 * @return its handle; the one there is, updated, where this registry holds the same
	 * key already
	 * @throws IllegalArgumentException if a format cannot carry the instance, two layouts
	 * give it the same key, or another instance that is registered here holds one of its
	 * keys
	 * @throws IllegalStateException after {@link #close()}
	 */
	public Registration register(Instance instance) {
		return register(instance, Set.of());
	}

	/**
	 * Registers an instance as {@link #register(Instance)} does, but out of the registry
	 * from the first: it is not written before the last of the reasons has gone.
	 * @param instance the instance
	 * @param reasonsToBeOut names of the reasons, as for
	 * {@link Registration#suspend(String)}; they are added to those of a handle that
	 * there is
	 * @return its handle
	 * @throws IllegalArgumentException as {@link #register(Instance)} does
	 * @throws IllegalStateException after {@link #close()}
	 */
	public Registration register(Instance instance, Collection<String> reasonsToBeOut) {
		Described described = Described.of(instance, this.context.options().layouts());
		requireOpen(instance);
		RegistrationHandle handle = holder(described, reasonsToBeOut);
		if (this.closing.get()) {
			forget(handle);
			requireOpen(instance);
		}
		handle.replace(described);
		return handle;
	}

	/** Finds who holds the keys, or starts who will. */
	private RegistrationHandle holder(Described described, Collection<String> reasonsToBeOut) {
		RegistrationHandle fresh = new RegistrationHandle(described, this.context);
		try {
			for (Bytes key : described.keys()) {
				RegistrationHandle holder = requireNonNull(this.holders.compute(key,
						(same, former) -> (former == null || former.closed()) ? fresh : former));
				if (holder != fresh) {
					requireSame(holder, described);
					reasonsToBeOut.forEach(holder::suspend);
					// Another thread may have found it under an earlier one of the keys.
					fresh.neverBegins();
					forget(fresh);
					return holder;
				}
			}
			fresh.removed.whenComplete((done, failure) -> forget(fresh));
			// Before the loop knows it: the caller may be held up at any time.
			reasonsToBeOut.forEach(fresh::suspend);
			this.context.loop().execute(() -> this.reconciler.add(fresh));
			return fresh;
		}
		catch (Throwable ex) {
			fresh.neverBegins();
			forget(fresh);
			throw ex;
		}
	}

	private static void requireSame(RegistrationHandle holder, Described wanted) {
		if (!holder.holds(wanted)) {
			throw new IllegalArgumentException(
					"Cannot register " + wanted.instance() + ": one of its keys is held by the registration of "
							+ holder.instance() + " (expected: instances with ids of their own)");
		}
	}

	private List<RegistrationHandle> held() {
		return this.holders.values().stream().distinct().toList();
	}

	private void forget(RegistrationHandle handle) {
		handle.claims.forEach((claim) -> this.holders.remove(claim.keyBytes, handle));
	}

	private void requireOpen(Instance instance) {
		if (this.closing.get()) {
			throw new IllegalStateException("Cannot register " + instance + ": the registry is closed");
		}
	}

	/**
	 * Returns what is registered here.
	 * @return the handles that are not closed, in no particular order
	 */
	public List<Registration> registrations() {
		return held().stream().filter((handle) -> !handle.closed()).map((handle) -> (Registration) handle).toList();
	}

	/**
	 * Returns the lease that is being renewed.
	 * @return the lease, or null while there is none
	 */
	public @Nullable LeaseStatus lease() {
		return this.reconciler.leases.status();
	}

	/**
	 * Closes every registration and revokes the lease. Waits for each of the two for at
	 * most the request timeout, of which a registration that was closed before has used
	 * up its part; where the removal has had no answer, the revocation is not waited for,
	 * and the removal goes on in the background until etcd has confirmed it or the lease
	 * has ended. Can be called twice and from any thread; called on a thread of ours it
	 * starts and does not wait.
	 */
	@Override
	public void close() {
		Duration patience = held().stream()
			.map(RegistrationHandle::patience)
			.max(Comparator.naturalOrder())
			.orElseGet(this.context.client()::requestTimeout);
		if (this.closing.compareAndSet(false, true)) {
			this.context.client().lingerFor(this.ended);
			held().forEach(RegistrationHandle::shut);
			this.context.loop().execute(this::closeReconciler);
		}
		if (!this.context.loop().isRunningHere() && Workers.await(this.removed, patience)) {
			Workers.await(this.ended, this.context.client().requestTimeout());
		}
	}

	private void closeReconciler() {
		Duration patience = Collections
			.max(List.of(this.reconciler.leases.longestLeft(), this.context.client().requestTimeout()));
		this.context.loop().schedule(patience, this::end);
		this.reconciler.close().thenCompose((done) -> {
			this.removed.complete(null);
			return this.context.options().removeOnClose() ? this.reconciler.leases.revoke()
					: CompletableFuture.completedFuture(null);
		}).whenCompleteAsync((done, failure) -> end(), this.context.loop());
	}

	private void end() {
		this.context.loop().isolated(this.reconciler::abandon);
		this.removed.complete(null);
		this.context.workers().close();
		this.ended.complete(null);
		this.context.loop().close();
	}

}
