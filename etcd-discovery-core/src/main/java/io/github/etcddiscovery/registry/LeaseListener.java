package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.EtcdDiscoveryException;

/**
 * Is told, on the loop's thread, what becomes of the lease.
 */
interface LeaseListener {

	/** A renewal has been acknowledged after the lease had been uncertain. */
	void leaseAcknowledged();

	/** No renewal has been acknowledged for 2/3 of the time to live. */
	void leaseUncertain();

	/**
	 * The login was refused; the lease may live on.
	 * @param cause the refusal
	 */
	void leaseDenied(EtcdDiscoveryException cause);

	/**
	 * A lease has ended, or must not be used any more: the next write is made under
	 * another one.
	 * @param session the lease
	 * @param cause what a renewal or a write failed with
	 */
	void leaseLost(LeaseSession session, EtcdDiscoveryException cause);

}
