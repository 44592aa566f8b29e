package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;

/**
 * Knows which instances there are and answers from memory. What was known stays known
 * while etcd is away. No lookup throws for trouble with etcd. Safe for use by many
 * threads.
 */
public final class EtcdResolver implements AutoCloseable {

	private EtcdResolver() {
	}

	/**
	 * Returns a resolver on a client. With {@link Scope#PREFIX} it begins to read at
	 * once, in the background.
	 * @param client the client, which stays the caller's to close, after the resolver
	 * @param options how to resolve
	 * @return the resolver, to be closed
	 */
	public static EtcdResolver create(EtcdClient client, ResolverOptions options) {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Returns the instances of a service. Waits for the first snapshot as {@link #await}
	 * does, otherwise answers from memory: no lock, no allocation, the same list until
	 * something changes.
	 * @param service name of the service; one that no layout can carry has no instances
	 * @return the instances, immutable; empty where there is none
	 */
	public List<Instance> instances(String service) {
		return await(service).instances();
	}

	/**
	 * Returns the snapshot of a service, waiting for the first one where it has not been
	 * read yet, but no longer than {@code firstSnapshotTimeout} in all. Interrupted, it
	 * returns at once and keeps the interrupt.
	 * @param service name of the service
	 * @return the snapshot; UNREAD where it could not be read in time
	 */
	public ServiceSnapshot await(String service) {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Returns the snapshot of a service as it is. Never waits.
	 * @param service name of the service
	 * @return the snapshot; UNREAD where it has not been read
	 */
	public ServiceSnapshot snapshot(String service) {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Does what {@link #await} does without a thread that waits.
	 * @param service name of the service
	 * @return done with the snapshot, never exceptionally
	 */
	public CompletionStage<ServiceSnapshot> whenRead(String service) {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Returns the names of all services that have an instance. With {@link Scope#PREFIX}
	 * from memory, after a wait for the first snapshot as in {@link #await}; with
	 * {@link Scope#SERVICE} by reading keys, at most once per {@code servicesRefresh}.
	 * @return the names, sorted, immutable, the same list until something changes
	 */
	public List<String> services() {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Does what {@link #services()} does without a thread that waits.
	 * @return done with the names, never exceptionally
	 */
	public CompletionStage<List<String>> whenServices() {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Returns everything that is in memory.
	 * @return the snapshots of all services that are followed
	 */
	public Collection<ServiceSnapshot> snapshots() {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Subscribes to a service. The subscriber is told the snapshot there is, once it has
	 * been read, and then each newer one; it is called by one thread at a time, never on
	 * ours, and where it is slow it misses all but the newest.
	 * @param service name of the service
	 * @param subscriber is told; what it throws is logged
	 * @return the handle
	 * @throws IllegalStateException after {@link #close()}
	 */
	public Subscription subscribe(String service, Consumer<ServiceSnapshot> subscriber) {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Subscribes to all services. The subscriber is told each snapshot that replaces
	 * another from now on; where it is slow, of each service the newest.
	 * @param subscriber is told, as in {@link #subscribe}
	 * @return the handle
	 * @throws IllegalStateException after {@link #close()}
	 */
	public Subscription subscribeAll(Consumer<ServiceSnapshot> subscriber) {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Returns for how long something may have changed unseen.
	 * @return zero while every watch is confirmed, else the time since the first of them
	 * was lost
	 */
	public Duration staleFor() {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Ends all watches. Lookups answer with what was known last. Can be called twice and
	 * from any thread.
	 */
	@Override
	public void close() {
	}

}
