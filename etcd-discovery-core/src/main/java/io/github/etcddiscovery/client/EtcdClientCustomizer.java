package io.github.etcddiscovery.client;

import io.etcd.jetcd.ClientBuilder;

/**
 * Changes how jetcd connects to etcd: headers, gRPC interceptors, keepalive, load
 * balancing, message size. Called after everything of {@link EtcdClientSettings} has been
 * set, each time a connection is made, also for one that replaces another.
 * <p>
 * Answers to lists are of a type of ours, not of jetcd's. An interceptor that looks at
 * messages has to let types through that it does not know: what it throws ends the call.
 * <p>
 * What concerns single calls has no effect, because calls do not go through jetcd's own
 * retries and logins: user, password, retries, {@code waitForReady}, executor. A
 * namespace is refused; prefixes do the same.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
@FunctionalInterface
public interface EtcdClientCustomizer {

	/**
	 * Changes the builder.
	 * @param builder jetcd's, to be changed in place
	 */
	void customize(ClientBuilder builder);

}
