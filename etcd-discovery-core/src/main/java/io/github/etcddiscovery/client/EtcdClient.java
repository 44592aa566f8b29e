package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.client.jetcd.JetcdClient;

/**
 * The few calls to etcd that registration and discovery need. Safe for use by many
 * threads. No call blocks. Every future ends within the deadline of its call, with a
 * value or exceptionally with an {@link EtcdDiscoveryException}, on any thread; who
 * depends on a thread hops onto it.
 * <p>
 * A write is sent only while etcd answers, never kept for later, and cancelled at its
 * deadline. One that a server or a network took just before it fell silent can still be
 * applied when it wakes up: the outcome of a write without an answer is unknown until the
 * key is read back, and a write on a revision that is gone is never applied.
 */
public interface EtcdClient extends AutoCloseable {

	/** Greatest number of keys that one {@link #read} can ask for. */
	int MAX_KEYS = 100;

	/**
	 * Returns a client. Connects in the background, with the first call; an etcd that is
	 * away is no error here.
	 * @param settings where etcd is and how to speak to it
	 * @return the client, to be closed by the caller
	 * @throws IllegalArgumentException if the settings contradict each other
	 */
	static EtcdClient connect(EtcdClientSettings settings) {
		return connect(settings, (builder) -> {
		});
	}

	/**
	 * Returns a client, with a say in how jetcd connects.
	 * @param settings where etcd is and how to speak to it
	 * @param customizer changes jetcd's builder
	 * @return the client, to be closed by the caller
	 * @throws IllegalArgumentException if the settings contradict each other
	 */
	static EtcdClient connect(EtcdClientSettings settings, EtcdClientCustomizer customizer) {
		return JetcdClient.create(settings, customizer);
	}

	/**
	 * Returns the deadline of every call that has none of its own.
	 * @return the request timeout of the settings
	 */
	Duration requestTimeout();

	/**
	 * Returns where etcd is, as it was configured.
	 * @return addresses of etcd servers; done as soon as they are known, never where they
	 * cannot be
	 */
	CompletableFuture<List<String>> endpoints();

	/**
	 * Grants a lease.
	 * @param ttl time to live that is asked for
	 * @return the lease with the time to live that etcd granted, which can be longer
	 */
	CompletableFuture<Lease> grant(Duration ttl);

	/**
	 * Renews a lease, once.
	 * @param lease id of the lease
	 * @param timeout deadline of this call
	 * @return the time that the lease now has to live; fails with {@code LEASE_NOT_FOUND}
	 * where it has ended
	 */
	CompletableFuture<Duration> renew(long lease, Duration timeout);

	/**
	 * Asks what is known of a lease, and which keys are attached to it.
	 * @param lease id of the lease
	 * @return what the member that answered knows: a hint, never a proof
	 */
	CompletableFuture<LeaseKeys> leaseKeys(long lease);

	/**
	 * Ends a lease, and with it every key under it. A lease that has ended already is
	 * success.
	 * @param lease id of the lease
	 * @return done when etcd has confirmed it
	 */
	CompletableFuture<Void> revoke(long lease);

	/**
	 * Writes or deletes one key, provided that nobody has written it meanwhile; where
	 * somebody has, reads it. Both is one transaction.
	 * @param write what to write, and on which revision
	 * @return whether it was applied, the revision of the store, and what was found
	 * instead of the expected revision; fails with {@code LEASE_NOT_FOUND} where the
	 * lease of a put has ended
	 */
	CompletableFuture<Committed> commit(Write write);

	/**
	 * Reads single keys, all at one revision, linearizably.
	 * @param keys the keys, at least one and at most {@link #MAX_KEYS}
	 * @return the entries of those that are there, in the order in which they were asked
	 * for, and the revision; fails with {@code PERMISSION_DENIED} where one of the keys
	 * may not be read
	 */
	CompletableFuture<Listing> read(List<Bytes> keys);

	/**
	 * Reads all entries of a range as they are at one revision, linearizably, page by
	 * page, each with a deadline. While one page is applied the next one is asked for.
	 * @param range the range
	 * @param keysOnly whether to leave the values out
	 * @param owner where pages are applied, one after the other
	 * @param pages is given each page on the executor of the owner; what it throws ends
	 * the list
	 * @return the revision, after the last page was applied; done on the executor of the
	 * owner
	 */
	CompletableFuture<Long> list(KeyRange range, boolean keysOnly, Executor owner, Consumer<Page> pages);

	/**
	 * Proves that etcd answers, lets us in and lets us read a range: reads no more than a
	 * count, linearizably.
	 * @param range a range that we may read
	 * @return the revision of the store
	 */
	CompletableFuture<Long> probe(KeyRange range);

	/**
	 * Returns watches that share their streams.
	 * @param owner where their listeners are called
	 * @return watches, none of them open yet; to be closed by the caller
	 */
	Watches watches(Executor owner);

	/**
	 * Keeps the connection open after {@link #close()} until a piece of work has ended.
	 * For a registry whose removal has had no answer yet.
	 * @param work ends in bounded time
	 */
	void lingerFor(CompletionStage<?> work);

	/**
	 * Closes the connection; calls that are under way fail. Can be called twice and from
	 * any thread; does not wait.
	 */
	@Override
	void close();

}
