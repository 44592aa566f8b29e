package io.github.etcddiscovery.model;

/**
 * The kinds of calls that a client makes.
 */
public enum Call {

	/** A lease is granted. */
	GRANT,

	/** A lease is renewed. */
	RENEW,

	/** A lease is asked for its keys. */
	LEASE_KEYS,

	/** A lease is revoked. */
	REVOKE,

	/** One key is written or deleted. */
	COMMIT,

	/** Single keys are read. */
	READ,

	/** A range is read. */
	LIST,

	/** The keys of a range are read. */
	LIST_KEYS,

	/** The revision is read. */
	PROBE,

	/** A stream of changes is opened. */
	WATCH;

	/** Tells whether calls of this kind change what etcd holds. */
	boolean writes() {
		return this == GRANT || this == REVOKE || this == COMMIT;
	}

}
