package io.github.etcddiscovery.registry;

import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import org.jspecify.annotations.Nullable;

/**
 * Registers instances and keeps them registered, whatever happens to etcd or to their
 * keys, until they are closed.
 */
public final class EtcdRegistry implements AutoCloseable {

	private EtcdRegistry() {
	}

	/**
	 * Returns a registry on a client. Does nothing until something is registered.
	 * @param client the client, which stays the caller's to close, after the registry
	 * @param options how to register
	 * @return the registry, to be closed
	 */
	public static EtcdRegistry create(EtcdClient client, RegistryOptions options) {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Registers an instance under every layout. Returns at once and works in the
	 * background for as long as it takes.
	 * @param instance the instance
	 * @return its handle; the one there is, updated, where this registry holds the same
	 * key already
	 * @throws IllegalArgumentException if a format cannot carry the instance, or two
	 * layouts give it the same key
	 * @throws IllegalStateException after {@link #close()}
	 */
	public Registration register(Instance instance) {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Returns what is registered here.
	 * @return the handles that are not closed, in the order of their registration
	 */
	public List<Registration> registrations() {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Returns the lease that is being renewed.
	 * @return the lease, or null while there is none
	 */
	public @Nullable LeaseStatus lease() {
		throw new UnsupportedOperationException("built on a branch");
	}

	/**
	 * Closes every registration and revokes the lease. Waits for each of the two for at
	 * most the request timeout; where the removal has had no answer, the revocation is
	 * not waited for, and the removal goes on in the background until etcd has confirmed
	 * it or the lease has ended. Can be called twice and from any thread.
	 */
	@Override
	public void close() {
	}

}
