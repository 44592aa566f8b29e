package io.github.etcddiscovery.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.test.tls.EtcdCertificates;
import io.github.etcddiscovery.test.tls.EtcdTls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The command line with which a member is started. */
class MemberFlagsTests {

	private static final Path ETCD = Path.of("/opt/etcd/bin/etcd");

	@TempDir
	private Path folder;

	private final List<EtcdMember> members = new ArrayList<>();

	@AfterEach
	void giveBackPorts() {
		this.members.forEach(EtcdMember::close);
	}

	@Test
	void theProgramComesFirstAndEachFlagHasItsValue() {
		List<String> line = flags(EtcdSettings.defaults()).line(this.members.get(0), ETCD, "new");
		assertThat(line).first().isEqualTo("/opt/etcd/bin/etcd");
		assertThat(line.subList(1, line.size())).allMatch((flag) -> flag.matches("--[a-z-]+=.+"));
	}

	@Test
	void aMemberHasItsOwnNameDataAndPorts() {
		MemberFlags flags = flags(EtcdSettings.defaults().withMembers(2));
		for (EtcdMember member : this.members) {
			Map<String, String> line = line(flags, member);
			assertThat(line).containsEntry("name", member.name())
				.containsEntry("data-dir", this.folder.resolve(member.name()).resolve("data").toString())
				.containsEntry("listen-client-urls", member.direct("http"))
				.containsEntry("listen-peer-urls", member.peerDirect());
		}
		assertThat(line(flags, 0).get("listen-client-urls")).isNotEqualTo(line(flags, 1).get("listen-client-urls"));
	}

	@Test
	void allMembersAreToldOfAllAndShareAToken() {
		MemberFlags flags = flags(EtcdSettings.defaults().withMembers(3));
		String all = this.members.stream()
			.map((member) -> member.name() + "=" + member.peer())
			.collect(Collectors.joining(","));

		assertThat(all).startsWith("m0=http://127.0.0.1:").contains(",m1=http://").contains(",m2=http://");
		assertThat(IntStream.range(0, 3))
			.allSatisfy((i) -> assertThat(line(flags, i)).containsEntry("initial-cluster", all)
				.containsEntry("initial-cluster-token", this.folder.getFileName().toString()));
	}

	@Test
	void aMemberThatJoinsSaysSo() {
		MemberFlags flags = flags(EtcdSettings.defaults());
		assertThat(flags.line(this.members.get(0), ETCD, "new")).contains("--initial-cluster-state=new");
		assertThat(flags.line(this.members.get(0), ETCD, "existing")).contains("--initial-cluster-state=existing");
	}

	@Test
	void nothingListensBeyondLoopback() {
		for (EtcdSettings settings : List.of(EtcdSettings.defaults(), EtcdSettings.defaults().withProxies(),
				EtcdSettings.defaults().withTls())) {
			Map<String, String> line = line(flags(settings), 0);
			assertThat(line).allSatisfy((name, value) -> {
				if (name.endsWith("-urls")) {
					assertThat(value).matches("https?://127\\.0\\.0\\.1:\\d+");
				}
			});
			giveBackPorts();
			this.members.clear();
		}
	}

	@Test
	void behindProxiesTheProxiesAreAdvertisedAndNotListenedOn() {
		Map<String, String> line = line(flags(EtcdSettings.defaults().withProxies()), 0);
		EtcdMember member = this.members.get(0);
		int client = member.proxy().orElseThrow().port();
		int peer = member.peerProxy().orElseThrow().port();

		assertThat(line).containsEntry("advertise-client-urls", "http://127.0.0.1:" + client)
			.containsEntry("initial-advertise-peer-urls", "http://127.0.0.1:" + peer)
			.containsEntry("initial-cluster", "m0=http://127.0.0.1:" + peer);
		assertThat(line.get("listen-client-urls")).doesNotContain(":" + client);
		assertThat(line.get("listen-peer-urls")).doesNotContain(":" + peer);
	}

	@Test
	void withTlsClientsAreServedByTheCertificateAndMembersTalkInPlain() {
		EtcdTls tls = EtcdTls.shared();
		Map<String, String> line = line(flags(EtcdSettings.defaults().withTls()), 0);

		assertThat(line).containsEntry("cert-file", tls.server().certificate().toString())
			.containsEntry("key-file", tls.server().key().toString())
			.doesNotContainKeys("trusted-ca-file", "client-cert-auth");
		assertThat(line.get("listen-client-urls")).startsWith("https://");
		assertThat(line.get("advertise-client-urls")).startsWith("https://");
		assertThat(line.get("listen-peer-urls")).startsWith("http://");
	}

	@Test
	void withMutualTlsTheAuthorityOfClientsIsNamed() {
		Map<String, String> line = line(flags(EtcdSettings.defaults().withMutualTls()), 0);
		assertThat(line).containsEntry("trusted-ca-file", EtcdCertificates.shared().ca().toString())
			.containsEntry("client-cert-auth", "true");
	}

	@Test
	void signedTokensHaveKeysOfTheirOwnInTheFolderOfTheCluster() {
		String flag = line(flags(EtcdSettings.defaults().withSignedTokens(Duration.ofSeconds(7))), 0).get("auth-token");

		assertThat(flag).startsWith("jwt,").contains("ttl=7s").contains(this.folder.toString());
		assertThat(this.folder.resolve("jwt.pub.pem")).exists();
		assertThat(this.folder.resolve("jwt.key.pem")).exists();
	}

	@Test
	void withoutThemNoKeysAreMade() {
		assertThat(line(flags(EtcdSettings.defaults()), 0)).doesNotContainKey("auth-token");
		assertThat(Files.exists(this.folder.resolve("jwt.key.pem"))).isFalse();
	}

	@Test
	void passwordsAreHashedCheaplyUnlessTheTestMeasuresThat() {
		assertThat(line(flags(EtcdSettings.defaults()), 0)).containsEntry("bcrypt-cost", "4");
		assertThat(line(flags(EtcdSettings.defaults().withFlag("bcrypt-cost", "10")), 0)).containsEntry("bcrypt-cost",
				"10");
	}

	@Test
	void aMemberThatIsAloneElectsItselfAtOnce() {
		assertThat(line(flags(EtcdSettings.defaults()), 0)).containsEntry("heartbeat-interval", "20")
			.containsEntry("election-timeout", "200");
		assertThat(line(flags(EtcdSettings.defaults().withFlag("election-timeout", "1000")), 0))
			.containsEntry("election-timeout", "1000");
	}

	@Test
	void membersThatElectEachOtherDoSoAtEtcdsOwnPace() {
		assertThat(line(flags(EtcdSettings.defaults().withMembers(3)), 0)).doesNotContainKeys("heartbeat-interval",
				"election-timeout");
	}

	@Test
	void flagsOfTheTestWinOverOurs() {
		Map<String, String> line = line(
				flags(EtcdSettings.defaults().withFlag("name", "other").withFlag("max-txn-ops", "2")), 0);
		assertThat(line).containsEntry("name", "other").containsEntry("max-txn-ops", "2");
	}

	@Test
	void thePasswordOfRootIsOnNoCommandLine() {
		List<String> line = flags(EtcdSettings.defaults().withRootPassword("canary-password")).line(this.members.get(0),
				ETCD, "new");
		assertThat(line).noneMatch((flag) -> flag.contains("canary"));
	}

	private MemberFlags flags(EtcdSettings settings) {
		for (int i = this.members.size(); i < settings.members(); i++) {
			this.members.add(new EtcdMember("m" + i, this.folder, settings.proxied()));
		}
		return MemberFlags.of(settings, this.folder, this.members);
	}

	private Map<String, String> line(MemberFlags flags, int member) {
		return line(flags, this.members.get(member));
	}

	private static Map<String, String> line(MemberFlags flags, EtcdMember member) {
		return flags.line(member, ETCD, "new")
			.stream()
			.skip(1)
			.map((flag) -> flag.substring(2).split("=", 2))
			.collect(Collectors.toMap((flag) -> flag[0], (flag) -> flag[1]));
	}

}
