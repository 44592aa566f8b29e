package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import io.github.etcddiscovery.resolver.Registered;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What ends an ejection, and what counts of a call that is older than it. */
class ReturnTests {

	private final Rig rig = new Rig(3);

	/** It accepts connections, for the probe only. */
	private int secondsUntilItIsBack() {
		for (int second = 0; second <= 1000; second++) {
			if (this.rig.shown().contains(1)) {
				return second;
			}
			this.rig.advanceSeconds(1);
		}
		throw new AssertionError("never back");
	}

	@Test
	void whoFailsAgainSoonAfterItsReturnWaitsTwiceAsLongEachTimeWhateverTheProbeSays() {
		this.rig.call(1, Outcome.UNREACHABLE);
		assertThat(secondsUntilItIsBack()).isZero();
		for (int seconds : new int[] { 20, 40, 80, 160, 300, 300 }) {
			this.rig.advanceSeconds(30);
			this.rig.call(1, Outcome.UNREACHABLE);
			assertThat(secondsUntilItIsBack()).isEqualTo(seconds);
		}
	}

	@Test
	void whoFailsLaterThanThatBeginsAnew() {
		for (int i = 0; i < 5; i++) {
			this.rig.call(1, Outcome.UNREACHABLE);
			assertThat(secondsUntilItIsBack()).isZero();
			this.rig.advanceSeconds(31);
		}
	}

	@Test
	void whoFailsAgainInAnotherWayWaitsLongerToo() {
		this.rig.call(1, Outcome.UNREACHABLE);
		this.rig.advanceSeconds(10);
		this.rig.call(5, 1, Outcome.BROKEN);
		this.rig.advanceSeconds(19);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.advanceSeconds(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void aGoodAnswerToACallThatBeganAfterTheEjectionEndsIt() {
		this.rig.kill(1);
		this.rig.advance(Duration.ofMillis(1));
		this.rig.call(1, Outcome.ANSWERED);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void aGoodAnswerToACallThatBeganBeforeDoesNot() {
		Rig.Call before = this.rig.begin(1);
		this.rig.kill(1);
		this.rig.advance(Duration.ofMillis(1));
		this.rig.end(before, Outcome.ANSWERED);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void anotherAnswerThatIsNotGoodDoesNot() {
		this.rig.kill(1);
		this.rig.advance(Duration.ofMillis(1));
		this.rig.call(1, Outcome.ALIVE, Outcome.BAD_STATUS, Outcome.SAYS_NOTHING);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void aRegistrationWithEqualValuesEndsItAtTheNextBeat() {
		this.rig.kill(1);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.advanceSeconds(30);
		Registered.again(this.rig.registered(1), this.rig.now() - 1);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.advanceSeconds(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void aRegistrationWithOtherValuesEndsItAtOnce() {
		this.rig.kill(1);
		this.rig.advanceSeconds(5);
		this.rig.registerAnotherAt(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void whoHasRegisteredAnewIsJudgedAsIfItHadNeverFailed() {
		this.rig.kill(1);
		this.rig.advanceSeconds(5);
		this.rig.registerAnotherAt(1);
		this.rig.shown();
		this.rig.advanceSeconds(1);
		this.rig.found.clear();
		this.rig.call(1, Outcome.UNREACHABLE);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void theChangeOfAnotherInstanceEndsNothing() {
		this.rig.kill(1);
		this.rig.advanceSeconds(5);
		this.rig.registerAnotherAt(2);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.advanceSeconds(5);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void aResultCountsOnlyForTheRegistrationThatItWasChosenFrom() {
		Rig.Call before = this.rig.begin(1);
		this.rig.advance(Duration.ofMillis(1));
		Registered.again(this.rig.registered(1), this.rig.now());
		this.rig.advance(Duration.ofMillis(1));
		this.rig.end(before, Outcome.UNREACHABLE);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void soItIsWhereTheRegistrationHasOtherValues() {
		Rig.Call before = this.rig.begin(1);
		this.rig.advance(Duration.ofMillis(1));
		this.rig.registerAnotherAt(1);
		this.rig.shown();
		this.rig.advance(Duration.ofMillis(1));
		this.rig.end(before, Outcome.UNREACHABLE);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void failuresOfTwoRegistrationsMakeNoRow() {
		this.rig.call(4, 1, Outcome.BROKEN);
		this.rig.advance(Duration.ofMillis(1));
		Registered.again(this.rig.registered(1), this.rig.now());
		this.rig.advance(Duration.ofMillis(1));
		this.rig.call(4, 1, Outcome.BROKEN);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.call(1, Outcome.BROKEN);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void whatTheProbeWasAskedBeforeARegistrationSaysNothingOfIt() {
		this.rig.found.put(1, Answer.NO_ANSWER);
		this.rig.call(1, Outcome.BROKEN);
		this.rig.advance(Duration.ofMillis(500));
		Registered.again(this.rig.registered(1), this.rig.now());
		this.rig.found.put(1, Answer.REFUSED);
		this.rig.advanceSeconds(5);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void callsThatBeganBeforeItsReturnSayNothingOfWhatCameAfter() {
		Rig.Call hung = this.rig.begin(1);
		this.rig.advance(Duration.ofMillis(1));
		Rig.Call[] broken = { this.rig.begin(1), this.rig.begin(1), this.rig.begin(1), this.rig.begin(1) };
		this.rig.kill(1);
		this.rig.found.remove(1);
		this.rig.advanceSeconds(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.end(hung, Outcome.UNREACHABLE);
		for (Rig.Call call : broken) {
			this.rig.end(call, Outcome.BROKEN);
		}
		this.rig.call(4, 1, Outcome.BROKEN);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

}
