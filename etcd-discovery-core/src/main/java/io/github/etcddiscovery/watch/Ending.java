package io.github.etcddiscovery.watch;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;

/**
 * Why an attempt has ended.
 *
 * @param reason the same short word for every case of the kind, for metrics
 * @param cause what happened, for messages
 */
record Ending(String reason, EtcdDiscoveryException cause) {

	/** The reason of an attempt that ended because etcd has lost data. */
	static final String WENT_BACK = "revision_regressed";

	static Ending by(EtcdDiscoveryException cause) {
		return new Ending(reason(cause.kind()), cause);
	}

	private static String reason(Kind kind) {
		if (kind == Kind.COMPACTED) {
			return "compacted";
		}
		return kind.refused() ? "refused" : "unavailable";
	}

	/** etcd has lost data. */
	static Ending wentBack(long from, long to) {
		return new Ending(WENT_BACK, new EtcdDiscoveryException(Kind.UNAVAILABLE, "the revision of etcd went from "
				+ from + " back to " + to + ": data was lost or an older copy restored", null));
	}

	boolean isWentBack() {
		return this.reason.equals(WENT_BACK);
	}

}
