package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.client.jetcd.AnswerCheck.Identity;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Which cluster counts, on a clock that is driven by hand. */
class ClustersTests {

	private static final long RED = 1;

	private static final long BLUE = 2;

	private final ClustersRig rig = new ClustersRig();

	@Test
	void ofTwoThatAnswerTheOneConfiguredFirstCountsWhicheverWasHeardFirst() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.answers(1, RED);
		this.rig.answers(2, BLUE);
		assertThat(this.rig.heard(2, BLUE)).as("nothing is known to the contrary").isTrue();
		assertThat(this.rig.heard(1, RED)).isFalse();
		assertThat(this.rig.heard(1, RED)).isTrue();
		assertThat(this.rig.leftOut()).containsExactly(2);
		assertThat(this.rig.connected).hasValue(1);
	}

	@Test
	void aClusterThatNoCallHasMetIsFoundOneSecondAfterTheFirstAnswer() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.answers(1, RED);
		this.rig.answers(2, BLUE);
		this.rig.heard(2, BLUE);
		assertThat(this.rig.leftOut()).isEmpty();
		this.rig.advance(1);
		assertThat(this.rig.leftOut()).as("what was heard first by chance").containsExactly(2);
		assertThat(this.rig.connected).hasValue(1);
	}

	@Test
	void aSingleAddressIsNotAskedWhoItIs() {
		this.rig.start("10.0.0.1:1");
		this.rig.heard(1, RED);
		this.rig.advance(60);
		assertThat(this.rig.asked).hasValue(0);
	}

	@Test
	void whatIsNoEtcdIsNotLeftOutInSilence() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.answers(1, RED);
		this.rig.answers.put(2, new Identity(Identity.Kind.NO_ETCD, 0));
		this.rig.heard(1, RED);
		this.rig.advance(1);
		assertThat(this.rig.leftOut()).as("a call tells of it").isEmpty();
	}

	@Test
	void theOneWithMoreEndpointsCounts() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1");
		this.rig.answers(1, RED);
		this.rig.answers(2, BLUE);
		this.rig.answers(3, BLUE);
		this.rig.heard(1, RED);
		this.rig.heard(2, BLUE);
		assertThat(this.rig.heard(3, BLUE)).isTrue();
		assertThat(this.rig.leftOut()).containsExactly(1);
	}

	@Test
	void whatIsLeftOutIsAskedAgainEvery30SecondsAndUsedWhenItIsOfOurCluster() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.answers(1, RED);
		this.rig.answers(2, BLUE);
		this.rig.heard(1, RED);
		this.rig.heard(2, BLUE);
		this.rig.asked.set(0);
		this.rig.advance(29);
		assertThat(this.rig.asked).hasValue(0);
		this.rig.advance(2);
		assertThat(this.rig.asked).hasValue(2);
		assertThat(this.rig.leftOut()).containsExactly(2);
		this.rig.answers(2, RED);
		this.rig.advance(30);
		assertThat(this.rig.leftOut()).isEmpty();
		assertThat(this.rig.connected).as("whatever runs is left alone").hasValue(1);
		this.rig.asked.set(0);
		this.rig.advance(120);
		assertThat(this.rig.asked).hasValue(0);
	}

	@Test
	void aClusterThatAnswersWhileNobodyHasSaidWhoHeIsStaysOurs() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.clusters.noEtcdAt(ClustersRig.socket(1), Status.UNIMPLEMENTED);
		// The time is read when the answers have come, and again while they are judged.
		AtomicInteger read = new AtomicInteger();
		this.rig.whenTimeIsRead = () -> {
			if (this.rig.asked.get() == 2 && read.incrementAndGet() == 2) {
				assertThat(this.rig.clusters.isOurs(ClustersRig.socket(2), BLUE)).isTrue();
			}
		};
		this.rig.scheduler.advance(Duration.ofSeconds(40));
		assertThat(this.rig.heard(2, BLUE)).isTrue();
		assertThat(this.rig.connected).as("nothing has changed").hasValue(0);
	}

	@Test
	void anotherClusterCountsWhenOursHasNotAnsweredFor5Seconds() {
		this.rig.start("10.0.0.1:1");
		this.rig.heard(1, RED);
		this.rig.answers(1, BLUE);
		this.rig.advance(1);
		assertThat(this.rig.heard(1, BLUE)).isFalse();
		this.rig.advance(3);
		assertThat(this.rig.heard(1, BLUE)).isFalse();
		assertThat(this.rig.connected).hasValue(0);
		this.rig.advance(2);
		assertThat(this.rig.heard(1, BLUE)).isTrue();
		assertThat(this.rig.connected).hasValue(1);
		assertThat(this.rig.leftOut()).isEmpty();
	}

	@Test
	void anAddressBehindWhichTwoClustersTakeTurnsStaysWithTheFirst() {
		this.rig.start("10.0.0.1:1");
		for (int i = 0; i < 60; i++) {
			assertThat(this.rig.heard(1, RED)).isTrue();
			this.rig.answers(1, BLUE);
			this.rig.advance(1);
			assertThat(this.rig.heard(1, BLUE)).isFalse();
			this.rig.advance(1);
		}
		assertThat(this.rig.connected).hasValue(0);
	}

	@Test
	void oneThatIsNoEtcdIsLeftOutAtOnceAndUsedWhenItIsOne() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.answers(1, RED);
		this.rig.answers.put(2, new Identity(Identity.Kind.NO_ETCD, 0));
		this.rig.clusters.noEtcdAt(ClustersRig.socket(2), Status.UNIMPLEMENTED);
		assertThat(this.rig.leftOut()).containsExactly(2);
		this.rig.advance(31);
		assertThat(this.rig.leftOut()).containsExactly(2);
		this.rig.answers.remove(2);
		this.rig.advance(30);
		assertThat(this.rig.leftOut()).as("silence says nothing").containsExactly(2);
		this.rig.answers(2, RED);
		this.rig.advance(30);
		assertThat(this.rig.leftOut()).isEmpty();
		assertThat(this.rig.connected).hasValue(0);
	}

	@Test
	void oneThatIsNoEtcdAnyMoreIsUsedWhenItIsOneAgain() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.answers(1, RED);
		this.rig.answers(2, RED);
		this.rig.heard(1, RED);
		this.rig.advance(2);
		for (int i = 0; i < 3; i++) {
			this.rig.answers.put(2, new Identity(Identity.Kind.NO_ETCD, 0));
			this.rig.clusters.noEtcdAt(ClustersRig.socket(2), Status.UNIMPLEMENTED);
			this.rig.advance(31);
			assertThat(this.rig.leftOut()).containsExactly(2);
			this.rig.answers(2, RED);
			this.rig.advance(30);
			assertThat(this.rig.leftOut()).isEmpty();
		}
	}

	@Test
	void oneThatIsNoEtcdStaysLeftOutWhereNoEtcdHasEverAnswered() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.answers.put(2, new Identity(Identity.Kind.NO_ETCD, 0));
		this.rig.clusters.noEtcdAt(ClustersRig.socket(2), Status.UNIMPLEMENTED);
		this.rig.advance(5);
		this.rig.clusters.askAgain();
		this.rig.advance(60);
		assertThat(this.rig.leftOut()).containsExactly(2);
	}

	@Test
	void theLastAddressIsNeverLeftOutForWhatItAnswers() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.clusters.noEtcdAt(ClustersRig.socket(2), Status.UNIMPLEMENTED);
		this.rig.clusters.noEtcdAt(ClustersRig.socket(1), Status.UNIMPLEMENTED);
		assertThat(this.rig.leftOut()).containsExactly(2);
	}

	@Test
	void thoseThatAreLeftOutAreAskedAtOnceWhereNothingElseAnswers() {
		this.rig.start("10.0.0.1:1", "10.0.0.2:1");
		this.rig.heard(1, RED);
		this.rig.advance(2);
		this.rig.clusters.noEtcdAt(ClustersRig.socket(2), Status.UNIMPLEMENTED);
		this.rig.answers(2, RED);
		this.rig.advance(5);
		assertThat(this.rig.leftOut()).containsExactly(2);
		this.rig.clusters.askAgain();
		assertThat(this.rig.leftOut()).isEmpty();
	}

	@Test
	void anotherClusterAtAnAddressThatTheNameServiceDoesNotConfirmIsNotOurs() {
		this.rig.names.put("etcd", "10.0.0.1");
		this.rig.start("etcd:1");
		this.rig.heard(1, RED);
		this.rig.names.clear();
		this.rig.addresses.refresh();
		this.rig.answers(1, BLUE);
		this.rig.advance(10);
		assertThat(this.rig.heard(1, BLUE)).isFalse();
		assertThat(this.rig.addresses.all()).isEmpty();
		this.rig.names.put("etcd", "10.0.0.1");
		this.rig.addresses.refresh();
		this.rig.advance(2);
		assertThat(this.rig.heard(1, BLUE)).isFalse();
		this.rig.advance(2);
		assertThat(this.rig.heard(1, BLUE)).as("now the name service says so").isTrue();
	}

}
