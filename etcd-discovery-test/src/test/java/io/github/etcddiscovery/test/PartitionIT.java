package io.github.etcddiscovery.test;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Three members, some of which do not reach the others; clients reach all of them. */
@Timeout(120)
class PartitionIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withMembers(3).withProxies());

	private final EtcdCluster cluster = etcd.cluster();

	@BeforeEach
	void mend() {
		this.cluster.heal();
		this.cluster.start();
		this.cluster.leader();
		await().atMost(Duration.ofSeconds(20)).until(() -> IntStream.range(0, 3).allMatch(this::reads));
	}

	@Test
	void aLeaderThatIsApartIsReplacedAndServesNoReadUntilHealed() {
		int leader = this.cluster.leader();
		this.cluster.partition(leader);
		int successor = this.cluster.leader();
		assertThat(successor).isNotEqualTo(leader);
		etcd.put("written by the majority", "1");
		assertThat(isSilent(leader)).isTrue();
		assertThat(others(leader)).allMatch(this::reads);
		this.cluster.heal();
		await().atMost(Duration.ofSeconds(20)).until(() -> reads(leader));
		assertThat(etcd.get("written by the majority")).contains("1");
	}

	@Test
	void aFollowerThatIsApartLeavesTheLeaderInOffice() {
		int leader = this.cluster.leader();
		int follower = others(leader).get(0);
		this.cluster.partition(follower);
		assertThat(this.cluster.leader()).isEqualTo(leader);
		etcd.put("without the follower", "1");
		assertThat(isSilent(follower)).isTrue();
		assertThat(this.cluster.isRunning(follower)).isTrue();
	}

	@Test
	void aMemberThatIsApartStillAnswersFromMemory() {
		int follower = others(this.cluster.leader()).get(0);
		etcd.put("known before", "1");
		await().atMost(Duration.ofSeconds(20)).until(() -> remembers(follower, "known before"));
		this.cluster.partition(follower);
		etcd.put("not known", "1");
		assertThat(remembers(follower, "known before")).isTrue();
		assertThat(remembers(follower, "not known")).isFalse();
	}

	@Test
	void twoThatAreApartFromTheThirdAreApartFromEachOtherToo() {
		this.cluster.partition(0, 1);
		assertThat(IntStream.range(0, 3)).allMatch(this::isSilent);
		this.cluster.heal();
		await().atMost(Duration.ofSeconds(20)).until(() -> IntStream.range(0, 3).allMatch(this::reads));
	}

	@Test
	void healingWithoutAPartitionDoesNothing() {
		int leader = this.cluster.leader();
		this.cluster.heal();
		this.cluster.heal();
		assertThat(this.cluster.leader()).isEqualTo(leader);
		assertThat(IntStream.range(0, 3)).allMatch(this::reads);
	}

	private static List<Integer> others(int member) {
		return IntStream.range(0, 3).filter((each) -> each != member).boxed().toList();
	}

	private boolean reads(int member) {
		return reads(member, "2s");
	}

	/** Such a member does not say no, so that its silence takes all of this time. */
	private boolean isSilent(int member) {
		return !reads(member, "800ms");
	}

	private boolean reads(int member, String timeout) {
		return Probe.succeeds(this.cluster, "--endpoints=" + etcd.endpoint(member), "--command-timeout=" + timeout,
				"--dial-timeout=" + timeout, "get", "any");
	}

	private boolean remembers(int member, String key) {
		return !Probe
			.run(this.cluster, "--endpoints=" + etcd.endpoint(member), "--command-timeout=2s", "get", key,
					"--consistency=s")
			.out()
			.isEmpty();
	}

}
