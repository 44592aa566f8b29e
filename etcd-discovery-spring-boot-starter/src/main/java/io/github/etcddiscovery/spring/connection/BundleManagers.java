package io.github.etcddiscovery.spring.connection;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.etcddiscovery.client.TlsManagers;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * Key and trust managers of the bundle that the connection details name at the moment:
 * the same object while they name the same bundle, because to core another object means
 * that certificates have changed.
 */
final class BundleManagers implements Supplier<TlsManagers> {

	private final EtcdConnectionDetails details;

	private final AtomicReference<@Nullable Held> held = new AtomicReference<>();

	BundleManagers(EtcdConnectionDetails details) {
		this.details = details;
	}

	@Override
	@SuppressWarnings("ReferenceEquality")
	public TlsManagers get() {
		SslBundle bundle = this.details.getSslBundle();
		if (bundle == null) {
			return TlsManagers.JVM_DEFAULT;
		}
		Held known = this.held.get();
		if (known != null && known.bundle == bundle) {
			return known.managers;
		}
		Held fresh = new Held(bundle, new TlsManagers(bundle.getManagers().getKeyManagerFactory(),
				bundle.getManagers().getTrustManagerFactory()));
		this.held.set(fresh);
		return fresh.managers;
	}

	private record Held(SslBundle bundle, TlsManagers managers) {

	}

}
