package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.binaries.Command;
import io.github.etcddiscovery.test.tls.EtcdCertificates;
import io.github.etcddiscovery.test.tls.EtcdTls;
import io.github.etcddiscovery.test.tls.PemFiles;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class EtcdSecurityIT {

	private static final EtcdCertificates OURS = EtcdCertificates.shared();

	private static final EtcdCertificates FOREIGN = EtcdCertificates.foreign();

	private static boolean isServed(EtcdCluster etcd, String... options) {
		return get(etcd, "5s", options).exit() == 0;
	}

	/** etcdctl tries again and again, so that a refusal takes all of its time. */
	private static boolean isRefused(EtcdCluster etcd, String... options) {
		return get(etcd, "700ms", options).exit() != 0;
	}

	private static Command.Result get(EtcdCluster etcd, String timeout, String... options) {
		List<String> line = new ArrayList<>(List.of("--endpoints=" + etcd.endpoint(), "--command-timeout=" + timeout,
				"--dial-timeout=" + timeout, "get", "orders/1"));
		line.addAll(List.of(options));
		return Probe.run(etcd, line);
	}

	private static String[] mutual(PemFiles client) {
		return new String[] { "--cacert=" + OURS.ca(), "--cert=" + client.certificate(), "--key=" + client.key() };
	}

	@Nested
	class WithTls {

		@RegisterExtension
		static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withTls());

		@Test
		void clientThatTrustsTheAuthorityIsServed() {
			assertThat(etcd.endpoint()).startsWith("https://");
			assertThat(isServed(etcd.cluster(), "--cacert=" + OURS.ca())).isTrue();
		}

		@Test
		void clientThatTrustsAnotherAuthorityGoesAway() {
			assertThat(isRefused(etcd.cluster(), "--cacert=" + FOREIGN.ca())).isTrue();
		}

		@Test
		void plaintextIsRefused() {
			String plain = etcd.endpoint().replace("https", "http");
			assertThat(Probe.succeeds(etcd.cluster(), "--endpoints=" + plain, "--command-timeout=700ms", "get", "a"))
				.isFalse();
		}

		@Test
		void certificateHoldsForEveryNameOfLoopback() {
			String byName = etcd.endpoint().replace("127.0.0.1", "localhost");
			assertThat(Probe.succeeds(etcd.cluster(), "--endpoints=" + byName, "--cacert=" + OURS.ca(), "get", "a"))
				.isTrue();
		}

		@Test
		void ownCommandsWork() {
			etcd.put("tls", "1");
			assertThat(etcd.get("tls")).contains("1");
		}

	}

	@Test
	void proxyPassesTlsOnUnchanged() {
		EtcdSettings settings = EtcdSettings.defaults().withTls().withProxies();
		try (EtcdCluster etcd = EtcdCluster.create(settings).start()) {
			assertThat(etcd.endpoint()).isEqualTo("https://127.0.0.1:" + etcd.proxy().port());
			assertThat(isServed(etcd, "--cacert=" + OURS.ca())).isTrue();
			assertThat(etcd.proxy().accepted()).isPositive();
		}
	}

	@Nested
	class WithMutualTls {

		@RegisterExtension
		static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withMutualTls());

		@Test
		void clientWithACertificateIsServed() {
			assertThat(isServed(etcd.cluster(), mutual(OURS.client("orders")))).isTrue();
		}

		@Test
		void clientWithoutACertificateIsRefused() {
			assertThat(isRefused(etcd.cluster(), "--cacert=" + OURS.ca())).isTrue();
		}

		@Test
		void clientWithAForeignCertificateIsRefused() {
			assertThat(isRefused(etcd.cluster(), mutual(FOREIGN.client("orders")))).isTrue();
		}

		@Test
		void clientWithAnExpiredCertificateIsRefused() {
			assertThat(isRefused(etcd.cluster(), mutual(OURS.expiredClient("orders")))).isTrue();
		}

		@Test
		void commonNameIsTheUserWhenAuthenticationIsEnabled() {
			EtcdAuth auth = etcd.cluster().auth();
			auth.enable("root's");
			auth.addRole("orders");
			auth.grantPrefix("orders", Access.READ, "orders/");
			auth.addUserWithoutPassword("orders", "orders");
			assertThat(isServed(etcd.cluster(), mutual(OURS.client("orders")))).isTrue();
			assertThat(isRefused(etcd.cluster(), mutual(OURS.client("pay")))).isTrue();
			auth.disable();
		}

	}

	@Test
	void certificateForAnotherNameOrOfYesterdayIsServedButNotBelieved() {
		for (PemFiles wrong : List.of(OURS.serverFor("etcd.example.org"), OURS.expiredServer())) {
			EtcdTls tls = EtcdTls.shared().presenting(wrong);
			try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withTls(tls)).start()) {
				assertThat(isRefused(etcd, "--cacert=" + OURS.ca())).isTrue();
				assertThat(isServed(etcd, "--cacert=" + OURS.ca(), "--insecure-skip-tls-verify")).isTrue();
			}
		}
	}

	@Test
	void clusterWithAnAuthorityOfItsOwnIsServedByThat() {
		EtcdSettings settings = EtcdSettings.defaults().withTls(EtcdTls.of(FOREIGN).asMutual());
		try (EtcdCluster etcd = EtcdCluster.create(settings).start()) {
			assertThat(etcd.certificates()).isSameAs(FOREIGN);
			PemFiles client = FOREIGN.client("orders");
			assertThat(isServed(etcd, "--cacert=" + FOREIGN.ca(), "--cert=" + client.certificate(),
					"--key=" + client.key()))
				.isTrue();
			assertThat(isRefused(etcd, mutual(OURS.client("orders")))).isTrue();
		}
	}

	@Test
	void certificatesAreRemembered() throws IOException {
		assertThat(OURS.server()).isEqualTo(OURS.server());
		assertThat(OURS.client("a")).isNotEqualTo(OURS.client("A"));
		assertThat(Files.readString(OURS.server().key())).startsWith("-----BEGIN PRIVATE KEY-----\n");
		assertThat(Files.readString(OURS.ca())).startsWith("-----BEGIN CERTIFICATE-----\n");
	}

}
