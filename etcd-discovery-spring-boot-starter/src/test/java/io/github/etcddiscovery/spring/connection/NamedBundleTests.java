package io.github.etcddiscovery.spring.connection;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.github.etcddiscovery.test.tls.EtcdCertificates;
import org.junit.jupiter.api.Test;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

import static org.assertj.core.api.Assertions.assertThat;

class NamedBundleTests {

	@Test
	void anUpdateWhileTheBundleIsReadIsNotLost() {
		SslBundle updated = bundle(EtcdCertificates.foreign());
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("etcd", bundle(EtcdCertificates.shared()));
		NamedBundle named = new NamedBundle("etcd", new UpdatedWhileRead(bundles, updated));
		assertThat(named.bundle()).isSameAs(updated);
	}

	private static SslBundle bundle(EtcdCertificates certificates) {
		return SslBundle.of(new PemSslStoreBundle((PemSslStoreDetails) null,
				PemSslStoreDetails.forCertificate(certificates.ca().toUri().toString())));
	}

	/** Somebody reloads the bundle between its reading and what follows. */
	private record UpdatedWhileRead(DefaultSslBundleRegistry bundles, SslBundle updated) implements SslBundles {

		@Override
		public SslBundle getBundle(String name) {
			SslBundle read = this.bundles.getBundle(name);
			this.bundles.updateBundle(name, this.updated);
			return read;
		}

		@Override
		public void addBundleUpdateHandler(String name, Consumer<SslBundle> handler) {
			this.bundles.addBundleUpdateHandler(name, handler);
		}

		@Override
		public void addBundleRegisterHandler(BiConsumer<String, SslBundle> handler) {
			this.bundles.addBundleRegisterHandler(handler);
		}

		@Override
		public List<String> getBundleNames() {
			return this.bundles.getBundleNames();
		}

	}

}
