package io.github.etcddiscovery.registry;

import java.time.Duration;

/**
 * The lease of a registry.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param id its id
 * @param ttl the time to live that etcd granted
 * @param sinceRenewal how long ago the renewal was sent that was acknowledged last
 */
public record LeaseStatus(long id, Duration ttl, Duration sinceRenewal) {

	/**
	 * Returns how long the lease lives if it is not renewed any more.
	 * @return the time left, never negative
	 */
	public Duration remaining() {
		Duration left = this.ttl.minus(this.sinceRenewal);
		return left.isNegative() ? Duration.ZERO : left;
	}

}
