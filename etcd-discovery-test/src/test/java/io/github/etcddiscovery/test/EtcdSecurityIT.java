package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class EtcdSecurityIT {

	private static final EtcdCertificates OURS = EtcdCertificates.shared();

	private static final EtcdCertificates FOREIGN = EtcdCertificates.foreign();

	private static Command.Result get(EtcdCluster etcd, String... options) {
		List<String> line = new ArrayList<>(List.of("--endpoints=" + etcd.endpoint(), "--command-timeout=2s",
				"--dial-timeout=2s", "get", "orders/1"));
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
			assertThat(get(etcd.cluster(), "--cacert=" + OURS.ca()).exit()).isZero();
		}

		@Test
		void clientThatTrustsAnotherAuthorityGoesAway() {
			assertThat(get(etcd.cluster(), "--cacert=" + FOREIGN.ca()).exit()).isNotZero();
		}

		@Test
		void plaintextIsRefused() {
			String plain = etcd.endpoint().replace("https", "http");
			assertThat(Probe.succeeds(etcd.cluster(), "--endpoints=" + plain, "--command-timeout=2s", "get", "a"))
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

	@Nested
	class WithMutualTls {

		@RegisterExtension
		static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withMutualTls());

		@Test
		void clientWithACertificateIsServed() {
			assertThat(get(etcd.cluster(), mutual(OURS.client("orders"))).exit()).isZero();
		}

		@Test
		void clientWithoutACertificateIsRefused() {
			assertThat(get(etcd.cluster(), "--cacert=" + OURS.ca()).exit()).isNotZero();
		}

		@Test
		void clientWithAForeignCertificateIsRefused() {
			assertThat(get(etcd.cluster(), mutual(FOREIGN.client("orders"))).exit()).isNotZero();
		}

		@Test
		void clientWithAnExpiredCertificateIsRefused() {
			assertThat(get(etcd.cluster(), mutual(OURS.expiredClient("orders"))).exit()).isNotZero();
		}

		@Test
		void commonNameIsTheUserWhenAuthenticationIsEnabled() {
			EtcdAuth auth = etcd.cluster().auth();
			auth.enable("root's");
			auth.addRole("orders");
			auth.grantPrefix("orders", Access.READ, "orders/");
			auth.addUserWithoutPassword("orders", "orders");
			assertThat(get(etcd.cluster(), mutual(OURS.client("orders"))).exit()).isZero();
			assertThat(get(etcd.cluster(), mutual(OURS.client("pay"))).exit()).isNotZero();
			auth.disable();
		}

	}

	@Test
	void certificateForAnotherNameOrOfYesterdayIsServedButNotBelieved() {
		for (PemFiles wrong : List.of(OURS.serverFor("etcd.example.org"), OURS.expiredServer())) {
			EtcdTls tls = EtcdTls.shared().presenting(wrong);
			try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withTls(tls)).start()) {
				assertThat(get(etcd, "--cacert=" + OURS.ca()).exit()).isNotZero();
				assertThat(get(etcd, "--cacert=" + OURS.ca(), "--insecure-skip-tls-verify").exit()).isZero();
			}
		}
	}

	@Test
	void certificatesAreRemembered() throws IOException {
		assertThat(OURS.server()).isEqualTo(OURS.server());
		assertThat(OURS.client("a")).isNotEqualTo(OURS.client("A"));
		assertThat(Files.readString(OURS.server().key())).startsWith("-----BEGIN PRIVATE KEY-----\n");
		assertThat(Files.readString(OURS.ca())).startsWith("-----BEGIN CERTIFICATE-----\n");
	}

	@Nested
	class WithUsers {

		@RegisterExtension
		static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withRootPassword("root's-secret"));

		private Command.Result getAs(String user, String password) {
			return get(etcd.cluster(), "--user=" + user, "--password=" + password);
		}

		@Test
		void wrongPasswordAndNoPasswordAreRefused() {
			assertThat(getAs("root", "root's-secret").exit()).isZero();
			assertThat(getAs("root", "wrong").err()).contains("authentication failed");
			assertThat(get(etcd.cluster()).exit()).isNotZero();
		}

		@Test
		void ownCommandsAreRoots() {
			etcd.put("any key", "1");
			assertThat(etcd.get("any key")).contains("1");
			assertThat(etcd.cluster().leader()).isZero();
		}

		@Test
		void roleIsHeldToItsPrefixUntilRevoked() {
			EtcdAuth auth = etcd.cluster().auth();
			auth.addRole("reader");
			auth.grantPrefix("reader", Access.READ, "orders/");
			auth.addUser("reader", "r", "reader");
			assertThat(getAs("reader", "r").exit()).isZero();
			String[] outside = { "--endpoints=" + etcd.endpoint(), "--user=reader:r", "get", "pay/1" };
			assertThat(Probe.run(etcd.cluster(), outside).err()).contains("permission denied");
			auth.revokePrefix("reader", "orders/");
			assertThat(getAs("reader", "r").err()).contains("permission denied");
			auth.grantPrefix("reader", Access.READWRITE, "orders/");
			assertThat(getAs("reader", "r").exit()).isZero();
			auth.revokeRole("reader", "reader");
			assertThat(getAs("reader", "r").err()).contains("permission denied");
			auth.deleteUser("reader");
			assertThat(getAs("reader", "r").exit()).isNotZero();
		}

		@Test
		void changedPasswordReplacesTheOldOne() {
			EtcdAuth auth = etcd.cluster().auth();
			auth.addUser("changing", "old", "root");
			auth.changePassword("changing", "new");
			assertThat(getAs("changing", "old").exit()).isNotZero();
			assertThat(getAs("changing", "new").exit()).isZero();
			auth.changePassword("root", "another");
			etcd.put("still root", "1");
			auth.changePassword("root", "root's-secret");
		}

		@Test
		void passwordThatEtcdctlWouldCutIsRefused() {
			EtcdAuth auth = etcd.cluster().auth();
			assertThatIllegalArgumentException().isThrownBy(() -> auth.addUser("spaced", "two words"))
				.withMessageNotContaining("two words");
			assertThatIllegalArgumentException().isThrownBy(() -> auth.addUser("empty", ""));
		}

		@Test
		void passwordIsInNoMessage() {
			EtcdAuth auth = etcd.cluster().auth();
			assertThatExceptionOfType(EtcdException.class)
				.isThrownBy(() -> auth.changePassword("nobody", "canary-password"))
				.withMessageNotContaining("canary-password");
			assertThat(EtcdSettings.defaults().withRootPassword("canary-password").toString())
				.doesNotContain("canary-password");
		}

	}

	@Test
	void authenticationSurvivesARestartAndGoesWithTheData() {
		EtcdSettings settings = EtcdSettings.defaults().withRootPassword("secret");
		try (EtcdCluster etcd = EtcdCluster.create(settings).start()) {
			etcd.restart();
			assertThat(get(etcd).exit()).isNotZero();
			etcd.wipe();
			assertThat(get(etcd).exit()).isZero();
			etcd.auth().enable("other");
			assertThat(get(etcd).exit()).isNotZero();
			etcd.put("as root again", "1");
		}
	}

	@Test
	void signedTokenEndsAfterItsTime() {
		EtcdSettings settings = EtcdSettings.defaults()
			.withRootPassword("secret")
			.withSignedTokens(Duration.ofSeconds(2));
		try (EtcdCluster etcd = EtcdCluster.create(settings).start()) {
			String token = Tokens.login(etcd, "root", "secret");
			assertThat(token.chars().filter((c) -> c == '.').count()).as("a JWT has three parts").isEqualTo(2);
			assertThat(Tokens.isAccepted(etcd, token)).isTrue();
			await().atMost(Duration.ofSeconds(10)).until(() -> !Tokens.isAccepted(etcd, token));
		}
	}

}
