package io.github.etcddiscovery.client.jetcd;

/**
 * Who answers at an address.
 *
 * @param kind what it is
 * @param cluster id of the cluster where etcd says it, else 0
 */
record Identity(Kind kind, long cluster) {

	private static final long UNKNOWN = 0;

	static final Identity NONE = new Identity(Kind.NONE, UNKNOWN);

	static Identity of(long cluster) {
		return new Identity(Kind.ETCD, cluster);
	}

	/** A refusal is an answer of etcd, too. */
	static Identity of(Throwable error) {
		if (Failure.foreign(Failure.status(error))) {
			return new Identity(Kind.NO_ETCD, UNKNOWN);
		}
		return Failure.unanswered(error) ? NONE : new Identity(Kind.ETCD, UNKNOWN);
	}

	enum Kind {

		/** etcd. */
		ETCD,

		/** Something that cannot be etcd, or a member that serves no clients. */
		NO_ETCD,

		/** Nothing in time. */
		NONE

	}

}
