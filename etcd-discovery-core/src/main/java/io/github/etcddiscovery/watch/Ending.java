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

	static Ending by(EtcdDiscoveryException cause) {
		return new Ending(switch (cause.kind()) {
			case COMPACTED -> "compacted";
			case LOGIN_REFUSED, PERMISSION_DENIED, NO_SPACE, REFUSED -> "refused";
			case UNAVAILABLE, OVERLOADED, LEASE_NOT_FOUND, CLOSED -> "unavailable";
		}, cause);
	}

	static Ending silent(String reason, String message) {
		return new Ending(reason, new EtcdDiscoveryException(Kind.UNAVAILABLE, message, null));
	}

}
