package io.github.etcddiscovery.model;

/**
 * The versions of etcd that the model can be, where they differ. The oldest one stands
 * for Debian's 3.4.23, the others for any with the fix of CVE-2026-33413.
 */
public enum EtcdVersion {

	/** 3.4.23. */
	V3_4,

	/** 3.5.28 and later. */
	V3_5,

	/** 3.6.9 and later. */
	V3_6,

	/** 3.7. */
	V3_7;

	/**
	 * Returns the version that stands for a real one.
	 * @param real version of a real etcd
	 * @return the newest that is not newer
	 */
	static EtcdVersion of(io.github.etcddiscovery.test.binaries.EtcdVersion real) {
		return values()[Math.min(real.minor(), 7) - 4];
	}

	/**
	 * Tells whether a put by a transaction, a renewal and the question for the keys of a
	 * lease need rights on every key that is attached to the lease. A revocation needs
	 * them in every version.
	 * @return whether they do
	 */
	boolean guardsLeases() {
		return this != V3_4;
	}

	/**
	 * Tells whether a list of keys without values says which lease a key is attached to.
	 * From 3.7 on it is made from the index, which does not know.
	 * @return whether it does
	 */
	boolean listsLeasesOfKeys() {
		return this != V3_7;
	}

}
