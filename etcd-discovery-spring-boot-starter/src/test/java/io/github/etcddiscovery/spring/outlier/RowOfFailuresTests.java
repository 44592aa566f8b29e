package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.Set;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of an instance whose calls fail after they were connected. */
class RowOfFailuresTests {

	private final Rig rig = new Rig(3);

	@ParameterizedTest
	@EnumSource(names = { "BROKEN", "BAD_STATUS" })
	void fiveInARowEject(Outcome failure) {
		this.rig.call(2, Outcome.ANSWERED);
		this.rig.call(4, 1, failure);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.call(1, failure);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void failuresOfAllKindsMakeOneRow() {
		this.rig.call(2, Outcome.ANSWERED);
		this.rig.call(1, Outcome.BROKEN, Outcome.READ_TIMED_OUT);
		this.rig.advance(Duration.ofMillis(1));
		this.rig.call(1, Outcome.BAD_STATUS, Outcome.READ_TIMED_OUT);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.call(1, Outcome.BROKEN);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@ParameterizedTest
	@EnumSource(names = { "ANSWERED", "ALIVE" })
	void anAnswerOfAnotherKindEndsTheRow(Outcome answer) {
		this.rig.call(2, Outcome.ANSWERED);
		this.rig.call(4, 1, Outcome.BAD_STATUS);
		this.rig.call(1, answer);
		this.rig.call(4, 1, Outcome.BAD_STATUS);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.call(1, Outcome.BAD_STATUS);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void nothingIsLearntFromWhatFailedInTheCaller() {
		this.rig.call(100, 1, Outcome.SAYS_NOTHING);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.call(4, 1, Outcome.BROKEN);
		this.rig.call(1, Outcome.SAYS_NOTHING, Outcome.BROKEN);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void nothingIsLearntFromOtherStatuses() {
		this.rig.call(2, Outcome.ANSWERED);
		this.rig.call(100, 1, Outcome.ALIVE);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void statusesCountOnlyWhileAnotherInstanceHasAnsweredWellWithinTheDuration() {
		this.rig.call(2, Outcome.ANSWERED);
		this.rig.advance(Duration.ofMillis(10_001));
		this.rig.call(100, 1, Outcome.BAD_STATUS);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.call(3, Outcome.ANSWERED);
		this.rig.advanceSeconds(10);
		this.rig.call(4, 1, Outcome.BAD_STATUS);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.call(1, Outcome.BAD_STATUS);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void statusesOfThoseWhoAllAnswerThemEjectNobody() {
		this.rig.call(100, 1, Outcome.BAD_STATUS);
		this.rig.call(100, 2, Outcome.BAD_STATUS);
		this.rig.call(100, 3, Outcome.ALIVE);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void theInstancesOwnGoodAnswerIsNotAnothers() {
		this.rig.call(1, Outcome.ANSWERED);
		this.rig.call(100, 1, Outcome.BAD_STATUS);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void brokenResponsesCountWhoeverElseAnswers() {
		this.rig.call(5, 1, Outcome.BROKEN);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void howManyInARowIsConfigured() {
		Rig three = new Rig(new OutlierOptions(3, Set.of(503), true, Duration.ofSeconds(10), 50), 3);
		three.call(2, 1, Outcome.BROKEN);
		assertThat(three.shown()).containsExactly(1, 2, 3);
		three.call(1, Outcome.BROKEN);
		assertThat(three.shown()).containsExactly(2, 3);
	}

	@Test
	void twoReadTimeOutsAreEnoughWhereNothingWasAnsweredSinceTheFirstWasSent() {
		this.rig.call(1, Outcome.ANSWERED);
		this.rig.advance(Duration.ofMillis(1));
		Rig.Call first = this.rig.begin(1);
		this.rig.advanceSeconds(1);
		Rig.Call second = this.rig.begin(1);
		this.rig.advanceSeconds(1);
		this.rig.end(first, Outcome.READ_TIMED_OUT);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.end(second, Outcome.READ_TIMED_OUT);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@ParameterizedTest
	@EnumSource(names = { "ANSWERED", "ALIVE", "BAD_STATUS" })
	void twoReadTimeOutsAreNotEnoughWhereAnythingWasAnsweredSinceTheFirstWasSent(Outcome answer) {
		Rig.Call first = this.rig.begin(1);
		Rig.Call second = this.rig.begin(1);
		this.rig.advance(Duration.ofMillis(1));
		this.rig.call(1, answer);
		this.rig.advanceSeconds(1);
		this.rig.end(first, Outcome.READ_TIMED_OUT);
		this.rig.end(second, Outcome.READ_TIMED_OUT);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		Rig.Call third = this.rig.begin(1);
		this.rig.advanceSeconds(1);
		this.rig.end(third, Outcome.READ_TIMED_OUT);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		Rig.Call fourth = this.rig.begin(1);
		this.rig.advanceSeconds(1);
		this.rig.end(fourth, Outcome.READ_TIMED_OUT);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void anAnswerBetweenTwoReadTimeOutsIsOneSinceTheFirstWasSentWhicheverIsReportedFirst() {
		Rig.Call sentFirst = this.rig.begin(1);
		this.rig.advanceSeconds(1);
		this.rig.call(1, Outcome.ANSWERED);
		this.rig.advanceSeconds(1);
		Rig.Call sentLater = this.rig.begin(1);
		this.rig.advanceSeconds(1);
		this.rig.end(sentLater, Outcome.READ_TIMED_OUT);
		this.rig.end(sentFirst, Outcome.READ_TIMED_OUT);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@ParameterizedTest
	@EnumSource(names = { "BROKEN", "READ_TIMED_OUT" })
	void oneBrokenResponseOrTimeOutHasTheProbeAskedAtOnceAndARefusalEjects(Outcome failure) {
		this.rig.found.put(1, Answer.REFUSED);
		this.rig.call(1, failure);
		assertThat(this.rig.asked).containsExactly(1);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.found.remove(1);
		this.rig.advanceSeconds(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@ParameterizedTest
	@EnumSource(names = { "ACCEPTED", "NO_ANSWER", "FAILED_HERE" })
	void whateverElseTheProbeFindsThenDoesNot(Answer answer) {
		this.rig.found.put(1, answer);
		this.rig.call(1, Outcome.BROKEN);
		this.rig.advanceSeconds(5);
		assertThat(this.rig.asked).containsExactly(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void aStatusDoesNotHaveTheProbeAsked() {
		this.rig.call(2, Outcome.ANSWERED);
		this.rig.call(5, 1, Outcome.BAD_STATUS);
		this.rig.advanceSeconds(8);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		assertThat(this.rig.asked).isEmpty();
	}

	@Test
	void manyBrokenResponsesDoNotHaveTheProbeAskedMoreThanTenTimesASecond() {
		for (int i = 0; i < 1000; i++) {
			this.rig.call(1, Outcome.BROKEN, Outcome.ANSWERED);
			this.rig.advance(Duration.ofMillis(1));
		}
		assertThat(this.rig.asked).hasSizeBetween(5, 10);
	}

}
