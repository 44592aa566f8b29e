package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How an instance comes back that the probe is not asked of. */
class OneCallDecidesTests {

	private final Rig rig = new Rig(3);

	private void freeze() {
		this.rig.freeze(1);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.asked.clear();
	}

	/** Returns after how many seconds it is offered for a call, and lets one begin. */
	private Offer waitForOffer() {
		for (int second = 1; second <= 1000; second++) {
			this.rig.advanceSeconds(1);
			if (this.rig.shown().contains(1)) {
				Rig.Call trial = this.rig.begin(1);
				assertThat(this.rig.shown()).containsExactly(2, 3);
				return new Offer(second, trial);
			}
		}
		throw new AssertionError("never offered");
	}

	@Test
	void afterTheDurationItGetsOneCall() {
		freeze();
		assertThat(waitForOffer().second()).isEqualTo(10);
		assertThat(this.rig.asked).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "ANSWERED", "ALIVE" })
	void itIsBackWhenThatCallIsAnswered(Outcome answer) {
		freeze();
		this.rig.end(waitForOffer().trial(), answer);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@ParameterizedTest
	@EnumSource(names = { "BROKEN", "READ_TIMED_OUT", "BAD_STATUS" })
	void whileThatCallFailsItWaitsTwiceAsLongEachTimeUpToFiveMinutes(Outcome failure) {
		freeze();
		for (int seconds : new int[] { 10, 20, 40, 80, 160, 300, 300 }) {
			Offer offer = waitForOffer();
			assertThat(offer.second()).isEqualTo(seconds);
			this.rig.end(offer.trial(), failure);
			assertThat(this.rig.shown()).containsExactly(2, 3);
		}
		this.rig.end(waitForOffer().trial(), Outcome.ANSWERED);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void itIsOfferedUntilSomebodyCallsIt() {
		freeze();
		this.rig.advanceSeconds(100);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.call(2, Outcome.ANSWERED);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.begin(1);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void whereThatCallFailsInTheCallerAnotherOneDecides() {
		freeze();
		Offer offer = waitForOffer();
		this.rig.end(offer.trial(), Outcome.SAYS_NOTHING);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.advance(Duration.ofMillis(1));
		this.rig.call(1, Outcome.READ_TIMED_OUT);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		assertThat(waitForOffer().second()).isBetween(20, 21);
	}

	@Test
	void aCallThatNeverEndsIsFollowedByAnotherAfterTheSameTimeAndThenAfterTwiceThat() {
		freeze();
		assertThat(waitForOffer().second()).isEqualTo(10);
		assertThat(waitForOffer().second()).isEqualTo(10);
		assertThat(waitForOffer().second()).isEqualTo(20);
		assertThat(waitForOffer().second()).isEqualTo(40);
	}

	@Test
	void whatIsReportedOfCallsThatBeganBeforeDoesNotDecide() {
		Rig.Call slow = this.rig.begin(1);
		freeze();
		Offer offer = waitForOffer();
		this.rig.end(slow, Outcome.READ_TIMED_OUT);
		this.rig.end(offer.trial(), Outcome.ANSWERED);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void theCallsEndMayBeReportedWithALaterBeginning() {
		freeze();
		Rig.Call trial = waitForOffer().trial();
		this.rig.end(new Rig.Call(trial.chosen(), trial.startedAt() + 5_000), Outcome.READ_TIMED_OUT);
		assertThat(waitForOffer().second()).isEqualTo(20);
	}

	@Test
	void whereThatCallIsRefusedTheProbeDecidesFromThenOn() {
		freeze();
		this.rig.found.put(1, Answer.REFUSED);
		this.rig.end(waitForOffer().trial(), Outcome.UNREACHABLE);
		this.rig.advanceSeconds(60);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.found.remove(1);
		this.rig.advanceSeconds(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void aRefusalWhileItIsOutHasTheProbeDecideToo() {
		freeze();
		this.rig.advance(Duration.ofMillis(1));
		this.rig.found.put(1, Answer.REFUSED);
		this.rig.call(1, Outcome.UNREACHABLE);
		this.rig.found.remove(1);
		this.rig.advanceSeconds(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void theDurationIsConfigured() {
		Rig slower = new Rig(
				new OutlierOptions(1, OutlierOptions.defaults().statuses(), true, Duration.ofMinutes(7), 50), 3);
		slower.call(1, Outcome.BROKEN);
		slower.advanceSeconds(419);
		assertThat(slower.shown()).containsExactly(2, 3);
		slower.advanceSeconds(1);
		slower.call(1, Outcome.BROKEN);
		slower.advanceSeconds(419);
		assertThat(slower.shown()).containsExactly(2, 3);
		slower.advanceSeconds(1);
		assertThat(slower.shown()).containsExactly(1, 2, 3);
	}

	private record Offer(int second, Rig.Call trial) {

	}

}
