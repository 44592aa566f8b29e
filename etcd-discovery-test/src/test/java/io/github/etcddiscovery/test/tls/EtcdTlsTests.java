package io.github.etcddiscovery.test.tls;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EtcdTlsTests {

	@Test
	void howEtcdIsTalkedToCanBeChangedStepByStep() {
		EtcdTls tls = EtcdTls.shared();
		PemFiles other = EtcdCertificates.shared().serverFor("etcd.example.org");

		assertThat(tls.mutual()).isFalse();
		assertThat(tls.server()).isEqualTo(EtcdCertificates.shared().server());
		assertThat(tls.asMutual().presenting(other)).isEqualTo(new EtcdTls(tls.certificates(), other, true));
		assertThat(EtcdTls.of(EtcdCertificates.shared())).isEqualTo(tls);
	}

}
