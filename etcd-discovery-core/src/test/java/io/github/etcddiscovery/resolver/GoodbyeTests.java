package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.stream.IntStream;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever leaves is let go, however many leave together, and nothing else counts as a
 * goodbye.
 */
class GoodbyeTests {

	private final LeasedRig rig = new LeasedRig();

	@Test
	void whoLeavesIsNeverHeldAndOnlyAskedAboutWhenThereAreEnough() {
		this.rig.with(6);
		this.rig.leave(1);
		this.rig.leave(2);
		assertThat(this.rig.shown()).containsExactly(3, 4, 5, 6);
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).isZero();
		this.rig.leave(3);
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).isEqualTo(3);
		assertThat(this.rig.shown()).containsExactly(4, 5, 6);
		this.rig.leave(4, 5, 6);
		assertThat(this.rig.shown()).isEmpty();
		assertThat(this.rig.rig.probed).isEmpty();
	}

	@Test
	void aShrinkWithADrainBetweenDeletionAndRevocationHoldsNobody() {
		this.rig.with(10);
		for (int i = 1; i <= 9; i++) {
			this.rig.leave(i);
			assertThat(this.rig.shown()).hasSize(10 - i);
			this.rig.advance(Duration.ofSeconds(1));
			this.rig.revoke(i);
			assertThat(this.rig.held()).isZero();
		}
		assertThat(this.rig.rig.probed).isEmpty();
	}

	/** Each is away for ten seconds, so that half of them are at a time. */
	@Test
	void aRollingRestartHoldsNobodyThoughTheLeasesOfManyAreOver() {
		this.rig.with(10);
		for (int second = 0; second < 60; second++) {
			int leaving = second / 2 + 1;
			int back = (second - 10) / 2 + 1;
			if (second % 2 == 0 && leaving <= 10) {
				this.rig.leave(leaving);
			}
			if (second % 2 == 1 && leaving <= 10) {
				this.rig.revoke(leaving);
			}
			if (second >= 10 && second % 2 == 0 && back <= 10) {
				this.rig.register(back);
			}
			this.rig.advance(Duration.ofSeconds(1));
			assertThat(this.rig.held()).as("after %s s", second).isZero();
			assertThat(this.rig.shown()).as("after %s s", second).hasSizeBetween(5, 10);
		}
		assertThat(this.rig.shown()).hasSize(10);
		assertThat(this.rig.rig.probed).isEmpty();
	}

	@Test
	void whoRevokesAtOnceIsHeldUntilItAcceptsNoMoreAndThatIsSeenWithinASecond() {
		this.rig.with(4);
		for (int i = 1; i <= 4; i++) {
			this.rig.rig.etcd.delete(this.rig.key(i));
			this.rig.revoke(i);
		}
		this.rig.rig.run();
		assertThat(this.rig.held()).isEqualTo(4);
		this.rig.advance(Duration.ofMillis(200));
		this.rig.rig.otherwise = Answer.REFUSED;
		this.rig.advance(Duration.ofMillis(800));
		assertThat(this.rig.shown()).isEmpty();
	}

	@Test
	void whileItIsAskedNothingChangesAndNoAnswerWithinHalfASecondIsNoGoodbye() {
		this.rig.with(4);
		this.rig.rig.etcd.delay(Call.LEASE_KEYS, Duration.ofMillis(600));
		this.rig.leave(1, 2, 3, 4);
		this.rig.advance(Duration.ofMillis(499));
		assertThat(this.rig.shown()).hasSize(4);
		assertThat(this.rig.held()).isZero();
		this.rig.advance(Duration.ofMillis(1));
		assertThat(this.rig.held()).isEqualTo(4);
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.rig.held()).as("an answer that comes late counts no more").isEqualTo(4);
	}

	@Test
	void anAnswerWithinHalfASecondCounts() {
		this.rig.with(4);
		this.rig.rig.etcd.delay(Call.LEASE_KEYS, Duration.ofMillis(400));
		this.rig.leave(1, 2, 3, 4);
		this.rig.advance(Duration.ofMillis(399));
		assertThat(this.rig.shown()).hasSize(4);
		this.rig.advance(Duration.ofMillis(1));
		assertThat(this.rig.shown()).isEmpty();
		assertThat(this.rig.rig.probed).isEmpty();
	}

	@Test
	void withoutThePermissionToAskThereIsNoGoodbye() {
		this.rig.with(4);
		this.rig.rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.LEASE_KEYS);
		this.rig.leave(1, 2, 3, 4);
		assertThat(this.rig.held()).isEqualTo(4);
	}

	@Test
	void thousandsThatLeaveAreAllAskedAboutInTime() {
		this.rig.with(0);
		int[] all = IntStream.rangeClosed(1, 250).toArray();
		this.rig.register(all);
		this.rig.rig.run();
		this.rig.advance(LeasedRig.TTL);
		this.rig.rig.etcd.delay(Call.LEASE_KEYS, Duration.ofMillis(10));
		this.rig.leave(all);
		this.rig.advance(Duration.ofMillis(100));
		assertThat(this.rig.shown()).isEmpty();
		assertThat(this.rig.rig.probed).isEmpty();
	}

	@Test
	void thoseWithoutAGoodbyeAreHeldAmongThoseWithOne() {
		this.rig.with(8);
		for (int i : new int[] { 1, 2 }) {
			this.rig.rig.etcd.delete(this.rig.key(i));
		}
		this.rig.lose(3, 4, 5, 6);
		assertThat(this.rig.shown()).containsExactly(3, 4, 5, 6, 7, 8);
		assertThat(this.rig.held()).isEqualTo(4);
	}

	@Test
	void whereTooFewAreLeftWithoutAGoodbyeNobodyIsHeld() {
		this.rig.with(8);
		for (int i : new int[] { 1, 2 }) {
			this.rig.rig.etcd.delete(this.rig.key(i));
		}
		this.rig.lose(3, 4);
		assertThat(this.rig.shown()).containsExactly(5, 6, 7, 8);
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).isEqualTo(4);
		assertThat(this.rig.rig.probed).isEmpty();
	}

}
