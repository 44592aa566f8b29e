package io.github.etcddiscovery.registry;

/**
 * Where a registration stands. The names are also the values of the meter, the health
 * detail and the endpoint. The order of the constants is the order of what is shown for a
 * registration under several layouts: the first that one of them has.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public enum RegistrationState {

	/**
	 * The key stands under a live lease of somebody else who came later; nothing is
	 * written any more.
	 */
	CONFLICT,

	/** etcd refuses the login, the write, or has no space. */
	DENIED,

	/**
	 * As many attempts as are configured have failed. They go on at the same pace unless
	 * configured to stop, and REGISTERING is shown during each of them.
	 */
	FAILED,

	/** The last attempt failed; waiting for the next. */
	WAITING,

	/**
	 * Registered as far as is known, but no renewal has been acknowledged for 2/3 of the
	 * time to live.
	 */
	UNCERTAIN,

	/** The key is being read and written. */
	REGISTERING,

	/**
	 * There is a reason to be out of the registry: the key is removed, the lease kept
	 * unless etcd does not let the key be removed: where no other key is wanted under it,
	 * the key then goes with the lease.
	 */
	OUT,

	/** The key stands in etcd under a lease that is being renewed. */
	REGISTERED,

	/** Closed for good; the key is removed, or will be. */
	CLOSED

}
