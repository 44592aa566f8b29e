package io.github.etcddiscovery.spring.outlier;

import java.util.stream.IntStream;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often an instance has failed is not forgotten because its connection fails too,
 * meanwhile.
 */
class LongWaitTests {

	private static final int LONGEST = 300;

	private final Rig rig = new Rig(3);

	@Test
	void oneThatFailsAgainAfterATrialThatWasRefusedWaitsLonger() {
		waitForFiveMinutes();
		this.rig.kill(1);
		this.rig.advanceSeconds(2);
		assertThatItIsBackAtOnceAndNotTheNextTime();
	}

	@Test
	void soItDoesAfterARefusalThatTheProbeWasGiven() {
		waitForFiveMinutes();
		Rig.Call trial = this.rig.begin(1);
		this.rig.found.put(1, Answer.REFUSED);
		this.rig.end(trial, Outcome.BROKEN);
		assertThatItIsBackAtOnceAndNotTheNextTime();
	}

	@Test
	void oneThatComesAndGoesWaitsForFiveMinutesAgainAfterItHasRefusedForFive() {
		this.rig.found.put(1, Answer.ACCEPTED);
		int[] waits = IntStream.range(0, 7).map((time) -> secondsUntilItIsBackFromARefusal()).toArray();
		assertThat(waits).endsWith(LONGEST, LONGEST);
		this.rig.kill(1);
		assertThat(secondsUntilItIsChosen()).isEqualTo(LONGEST);
		this.rig.call(1, Outcome.UNREACHABLE);
		this.rig.found.put(1, Answer.ACCEPTED);
		assertThat(secondsUntilItIsChosen()).isEqualTo(LONGEST);
	}

	@Test
	void oneThatIsRefusedForTheFirstTimeIsBackWhenItAcceptsAlsoAfterFiveMinutes() {
		this.rig.kill(1);
		assertThat(secondsUntilItIsChosen()).isEqualTo(LONGEST);
		this.rig.call(1, Outcome.UNREACHABLE);
		this.rig.found.put(1, Answer.ACCEPTED);
		assertThat(secondsUntilItIsChosen()).isEqualTo(1);
	}

	private void assertThatItIsBackAtOnceAndNotTheNextTime() {
		this.rig.found.put(1, Answer.ACCEPTED);
		assertThat(secondsUntilItIsChosen()).as("it has not come back before").isEqualTo(1);
		this.rig.advanceSeconds(1);
		freeze();
		assertThat(secondsUntilItIsChosen()).isEqualTo(LONGEST);
	}

	private void waitForFiveMinutes() {
		freeze();
		for (int seconds : new int[] { 10, 20, 40, 80, 160 }) {
			assertThat(secondsUntilItIsChosen()).isEqualTo(seconds);
			this.rig.end(this.rig.begin(1), Outcome.READ_TIMED_OUT);
		}
		assertThat(secondsUntilItIsChosen()).isEqualTo(LONGEST);
	}

	private void freeze() {
		this.rig.freeze(1);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	private int secondsUntilItIsBackFromARefusal() {
		this.rig.call(1, Outcome.UNREACHABLE);
		int seconds = secondsUntilItIsChosen();
		this.rig.advanceSeconds(1);
		return seconds;
	}

	private int secondsUntilItIsChosen() {
		return IntStream.rangeClosed(1, 1_000).filter((second) -> {
			this.rig.advanceSeconds(1);
			return this.rig.shown().contains(1);
		}).findFirst().orElseThrow();
	}

}
