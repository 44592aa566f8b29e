package io.github.etcddiscovery.client;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

/**
 * What a TLS connection is made with. A changed certificate is a new object of this type.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param keyManagers our own certificate and key, initialised; null where we show none
 * @param trustManagers whom we trust, initialised; null for the JVM's trust store
 */
public record TlsManagers(@Nullable KeyManagerFactory keyManagers, @Nullable TrustManagerFactory trustManagers) {

	/** Shows no certificate and trusts whom the JVM trusts. */
	public static final TlsManagers JVM_DEFAULT = new TlsManagers(null, null);

	@Override
	public String toString() {
		return "TlsManagers[" + ((this.keyManagers != null) ? "own certificate" : "no certificate") + ", "
				+ ((this.trustManagers != null) ? "own trust" : "the JVM's trust") + "]";
	}

}
