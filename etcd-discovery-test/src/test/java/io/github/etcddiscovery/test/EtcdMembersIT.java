package io.github.etcddiscovery.test;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Three members; the members' own view is asked by a client that talks to one only. */
@Timeout(120)
class EtcdMembersIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withMembers(3).withProxies());

	private final EtcdCluster cluster = etcd.cluster();

	@AfterEach
	void mend() {
		this.cluster.heal();
		this.cluster.start();
		this.cluster.leader();
	}

	@Test
	void everyMemberAnswersAndOneLeads() {
		assertThat(this.cluster.size()).isEqualTo(3);
		assertThat(this.cluster.endpoints()).hasSize(3).doesNotHaveDuplicates();
		assertThat(this.cluster.leader()).isBetween(0, 2);
		etcd.put("seen by all", "1");
		assertThat(List.of(0, 1, 2)).allMatch((member) -> reads(member, "seen by all"));
	}

	@Test
	void anotherMemberLeadsWhenTheLeaderIsKilled() {
		int leader = this.cluster.leader();
		this.cluster.kill(leader);
		assertThat(this.cluster.isRunning(leader)).isFalse();
		assertThat(this.cluster.leader()).isNotEqualTo(leader);
		etcd.put("written by two", "1");
		this.cluster.restart(leader);
		assertThat(reads(leader, "written by two")).isTrue();
	}

	@Test
	void anotherMemberLeadsWhenTheLeaderIsFrozen() {
		int leader = this.cluster.leader();
		this.cluster.freeze(leader);
		await().atMost(Duration.ofSeconds(20)).until(() -> this.cluster.leader() != leader);
		this.cluster.unfreeze(leader);
		await().atMost(Duration.ofSeconds(20)).until(() -> reads(leader, "any"));
	}

	@Test
	void memberIsRestartedThoughTheMajorityIsGone() {
		this.cluster.kill(0, 1);
		this.cluster.restart(2);
		assertThat(this.cluster.isRunning(2)).isTrue();
		assertThat(isSilent(2)).isTrue();
		this.cluster.start();
		assertThat(reads(2, "any")).isTrue();
	}

	@Test
	void wipedMemberGetsTheDataOfTheOthers() {
		etcd.put("kept by two", "1");
		this.cluster.wipe(1);
		assertThat(reads(1, "kept by two")).isTrue();
		assertThat(this.cluster.etcdctl("member", "list").lines()).hasSize(3);
	}

	@Test
	void wipedClusterIsEmpty() {
		etcd.put("lost by all", "1");
		this.cluster.wipe();
		assertThat(etcd.get("lost by all")).isEmpty();
		assertThat(etcd.revision()).isEqualTo(1);
	}

	@Test
	void restoredClusterIsBackAtTheBackup() {
		etcd.put("in the backup", "1");
		var backup = this.cluster.backup();
		etcd.put("after the backup", "1");
		this.cluster.restore(backup);
		assertThat(etcd.get("in the backup")).contains("1");
		assertThat(etcd.get("after the backup")).isEmpty();
	}

	@Test
	void proxyOfOneMemberIsCutFromClientsOnly() {
		this.cluster.proxy(2).cut();
		assertThat(isSilent(2)).isTrue();
		etcd.put("replicated", "1");
		this.cluster.proxy(2).heal();
		assertThat(reads(2, "replicated")).isTrue();
	}

	@Test
	void membersAreStoppedAndStartedOneByOne() {
		this.cluster.stop(1);
		assertThat(running()).containsExactly(0, 2);
		etcd.put("written without one", "1");
		this.cluster.start();
		assertThat(running()).containsExactly(0, 1, 2);
		assertThat(reads(1, "written without one")).isTrue();
	}

	@Test
	void severalMembersAreMeantAtOnce() {
		this.cluster.kill(0, 2);
		assertThat(running()).containsExactly(1);
		this.cluster.restart(0, 2);
		assertThat(running()).containsExactly(0, 1, 2);
		assertThat(List.of(0, 1, 2)).allMatch((member) -> reads(member, "any"));
	}

	@Test
	void membersKeepTheirPortsWhateverHappens() {
		List<String> before = this.cluster.endpoints();
		this.cluster.kill(0);
		this.cluster.restart();
		this.cluster.wipe();
		assertThat(this.cluster.endpoints()).isEqualTo(before);
		assertThat(etcd.endpoint(2)).isEqualTo(before.get(2));
	}

	@Test
	void aMemberThatIsNotThereIsNoMember() {
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> this.cluster.kill(3));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> this.cluster.proxy(-1));
		assertThat(running()).containsExactly(0, 1, 2);
	}

	@Test
	void nobodyCanAnswerWhenAllAreGone() {
		this.cluster.kill();
		assertThatExceptionOfType(EtcdException.class).isThrownBy(etcd::revision)
			.withMessageContaining("no member of the cluster can answer");
	}

	private List<Integer> running() {
		return IntStream.range(0, 3).filter(this.cluster::isRunning).boxed().toList();
	}

	private boolean reads(int member, String key) {
		return reads(member, key, "3s");
	}

	/** Such a member does not say no, so that its silence takes all of this time. */
	private boolean isSilent(int member) {
		return !reads(member, "any", "800ms");
	}

	private boolean reads(int member, String key, String timeout) {
		return Probe.succeeds(this.cluster, "--endpoints=" + etcd.endpoint(member), "--command-timeout=" + timeout,
				"--dial-timeout=" + timeout, "get", key);
	}

}
