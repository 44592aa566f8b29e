package io.github.etcddiscovery.client;

import java.time.Duration;

/**
 * A lease as etcd granted it.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param id its id
 * @param ttl its time to live, which can be longer than was asked for
 */
public record Lease(long id, Duration ttl) {

}
