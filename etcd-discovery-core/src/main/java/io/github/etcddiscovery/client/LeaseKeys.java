package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.Bytes;

/**
 * What etcd says of a lease and of the keys that are attached to it. This is a hint and
 * never a proof: a member that has lost its quorum answers too, from what it knew last,
 * and the answer belongs to no revision. Whoever wants to act upon it reads the key
 * first.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param grantedTtl time to live that was granted; zero where there is no such lease
 * @param left time that the lease has left; negative where there is no such lease
 * @param keys the keys that are attached to the lease, in no particular order
 */
public record LeaseKeys(Duration grantedTtl, Duration left, List<Bytes> keys) {

	/** Copies. */
	public LeaseKeys {
		keys = List.copyOf(keys);
	}

	/**
	 * Tells whether there is such a lease, as far as the member that answered knows.
	 * @return whether there is
	 */
	public boolean exists() {
		return this.grantedTtl.compareTo(Duration.ZERO) > 0;
	}

}
