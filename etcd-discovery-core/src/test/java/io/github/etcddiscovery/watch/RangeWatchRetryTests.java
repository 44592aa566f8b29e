package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.watch.RangeWatch.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every way in which an attempt ends leads to a delay and another list.
 */
class RangeWatchRetryTests {

	@RegisterExtension
	final LoggedLines log = new LoggedLines(RangeWatch.class.getName());

	private final RangeWatchRig rig = new RangeWatchRig();

	@Test
	void aListWithoutAnswerIsTriedAgainAfterAShortDelayFirst() {
		this.rig.etcd.down();
		this.rig.watch.start();
		this.rig.advance(Duration.ofSeconds(3));
		this.rig.assertTold("lost UNAVAILABLE");
		assertThat(this.rig.watch.state()).isEqualTo(State.WAITING);
		this.rig.etcd.up();
		this.rig.advance(Duration.ofMillis(200));
		this.rig.assertTold("reset@1[]", "confirmed");
		assertThat(this.rig.range.resyncs).isEmpty();
	}

	@Test
	void aRefusalAfterAFailureOfAnotherKindIsToldToo() {
		this.rig.etcd.down();
		this.rig.watch.start();
		this.rig.advance(Duration.ofSeconds(20));
		this.rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.LIST);
		this.rig.etcd.up();
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(this.log.at("WARN")).hasSize(2);
		assertThat(this.log.at("WARN").get(0)).contains("no answer within", "Nothing has been read yet of a/*");
		assertThat(this.log.at("WARN").get(1)).contains("refuses LIST", "Nothing has been read yet of a/*");
	}

	@Test
	void anEtcdThatIsAwayIsTriedForeverAtMostFiveSecondsApart() {
		this.rig.etcd.down();
		this.rig.watch.start();
		this.rig.advance(Duration.ofMinutes(60));
		int lists = this.rig.etcd.calls(Call.LIST);
		assertThat(lists).isGreaterThan(3600 / 8);
		this.rig.etcd.up();
		this.rig.advance(RangeWatchRig.BACKOFF.plusSeconds(3));
		assertThat(this.rig.range.confirmed).isTrue();
	}

	@Test
	void anEndOfTheStreamLeadsToAnotherList() {
		this.rig.etcd.put("a/1", "x");
		this.rig.start();
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.etcd.delete("a/1");
		this.rig.etcd.put("a/2", "x");
		this.rig.assertTold("lost UNAVAILABLE");
		this.rig.advance(Duration.ofMillis(200));
		this.rig.assertTold("reset@4[a/2]", "confirmed");
		assertThat(this.rig.range.resyncs).containsExactly("unavailable");
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
	}

	@Test
	void aCompactedRevisionLeadsToAnotherList() {
		this.rig.etcd.delay(Call.LIST, Duration.ofMillis(10));
		this.rig.watch.start();
		this.rig.etcd.put("a/1", "x");
		this.rig.etcd.put("a/2", "x");
		this.rig.etcd.compact();
		this.rig.advance(Duration.ofMillis(10));
		this.rig.assertTold("reset@1[]", "confirmed", "lost COMPACTED");
		this.rig.advance(Duration.ofMillis(210));
		this.rig.assertTold("reset@3[a/1, a/2]", "confirmed");
		assertThat(this.rig.range.resyncs).containsExactly("compacted");
	}

	@Test
	void aWatchThatIsNotConfirmedEndsAfterThreeSeconds() {
		this.rig.etcd.confirmStreams(false);
		this.rig.watch.start();
		this.rig.advance(Duration.ofMillis(2999));
		this.rig.assertTold("reset@1[]");
		this.rig.advance(Duration.ofMillis(1));
		this.rig.assertTold("lost UNAVAILABLE");
		assertThat(this.rig.etcd.watches()).isZero();
		this.rig.etcd.confirmStreams(true);
		this.rig.advance(Duration.ofMillis(200));
		this.rig.assertTold("reset@1[]", "confirmed");
		assertThat(this.rig.range.resyncs).containsExactly("unavailable");
	}

	@Test
	void aConfirmationThatWaitsBehindChangesOfOthersIsNotLate() {
		RangeWatch other = this.rig.other("b/");
		other.start();
		this.rig.advance(Duration.ZERO);
		this.rig.etcd.watchFaults().holdBack(true);
		this.rig.etcd.put("b/1", "x");
		this.rig.watch.start();
		this.rig.advance(Duration.ofSeconds(60));
		this.rig.assertTold("reset@2[]");
		this.rig.etcd.watchFaults().holdBack(false);
		this.rig.assertTold("confirmed");
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(2);
		assertThat(this.rig.range.resyncs).isEmpty();
	}

	@Test
	void aRefusalIsTriedAgainAtTheSlowPace() {
		this.rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.LIST);
		this.rig.watch.start();
		this.rig.advance(Duration.ofMinutes(10));
		assertThat(this.rig.etcd.calls(Call.LIST)).isBetween(19, 25);
		this.rig.etcd.allow();
		this.rig.advance(Duration.ofSeconds(30));
		assertThat(this.rig.range.confirmed).isTrue();
	}

	@Test
	void aRefusedWatchIsTriedAgainAtTheSlowPace() {
		this.rig.etcd.refuse(Kind.LOGIN_REFUSED, Call.WATCH);
		this.rig.watch.start();
		this.rig.assertTold("reset@1[]", "lost LOGIN_REFUSED");
		this.rig.advance(Duration.ofMillis(8_999));
		this.rig.assertTold();
		this.rig.etcd.allow();
		this.rig.advance(Duration.ofMillis(1_001));
		this.rig.assertTold("reset@1[]", "confirmed");
	}

	@ParameterizedTest
	@MethodSource
	void whateverTheListenerThrowsEndsTheAttemptAndTheRangeIsListedAgain(Error thrown) {
		this.rig.start();
		this.rig.range.thrown = thrown;
		this.rig.etcd.put("a/1", "x");
		this.rig.assertTold("lost UNAVAILABLE");
		this.rig.advance(Duration.ofMillis(200));
		this.rig.assertTold("reset@2[a/1]", "confirmed");
		assertThat(this.log.at("WARN")).singleElement().asString().contains(thrown.getMessage());
	}

	static List<Error> whateverTheListenerThrowsEndsTheAttemptAndTheRangeIsListedAgain() {
		return List.of(new OutOfMemoryError("of a test"), new StackOverflowError("of a test"),
				new NoClassDefFoundError("of a test"));
	}

	@Test
	void whatTheListenerThrowsAtAPageOrAtTheEndOfAListDoesTheSame() {
		for (int i = 0; i < 2; i++) {
			RangeWatchRig each = new RangeWatchRig();
			each.etcd.put("a/1", "x");
			each.range.thrown = new OutOfMemoryError("of a test");
			if (i == 1) {
				each.etcd.delete("a/1");
			}
			each.watch.start();
			each.assertTold("lost UNAVAILABLE");
			each.advance(Duration.ofMillis(200));
			assertThat(each.range.takeTold()).hasSize(2).last().isEqualTo("confirmed");
		}
	}

	@Test
	void attemptsCountFromTheBeginningAfterTenSecondsConfirmed() {
		for (int i = 0; i < 20; i++) {
			this.rig.start();
			this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
			this.rig.advance(RangeWatchRig.BACKOFF);
		}
		this.rig.advance(Duration.ofSeconds(10));
		this.rig.range.takeTold();
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advance(Duration.ofMillis(200));
		this.rig.assertTold("lost UNAVAILABLE", "reset@1[]", "confirmed");
	}

	@Test
	void aStreamThatKeepsBreakingIsNotOpenedAllTheTime() {
		this.rig.start();
		for (int i = 0; i < 6_000; i++) {
			this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
			this.rig.advance(Duration.ofMillis(10));
		}
		assertThat(this.rig.etcd.calls(Call.WATCH)).isBetween(10, 60);
	}

	@ParameterizedTest
	@EnumSource(names = { "UNAVAILABLE", "LEASE_NOT_FOUND", "COMPACTED", "CLOSED" })
	void whateverElseAListFailsWithIsTriedAgainSoon(Kind kind) {
		this.rig.etcd.refuse(kind, Call.LIST);
		this.rig.watch.start();
		this.rig.assertTold("lost " + kind);
		assertThat(this.rig.watch.state()).isEqualTo(RangeWatch.State.WAITING);
		this.rig.etcd.allow();
		this.rig.advance(Duration.ofMillis(200));
		this.rig.assertTold("reset@1[]", "confirmed");
	}

	@ParameterizedTest
	@EnumSource(names = { "LOGIN_REFUSED", "PERMISSION_DENIED", "NO_SPACE" })
	void whateverEtcdRefusesIsTriedAgainSlowly(Kind kind) {
		this.rig.etcd.refuse(kind, Call.LIST);
		this.rig.watch.start();
		this.rig.assertTold("lost " + kind);
		this.rig.etcd.allow();
		this.rig.advance(Duration.ofMillis(8_999));
		this.rig.assertTold();
		this.rig.advance(Duration.ofMillis(1_001));
		this.rig.assertTold("reset@1[]", "confirmed");
	}

	@ParameterizedTest
	@EnumSource
	void howeverAStreamEndsTheRangeIsListedAgain(Kind kind) {
		this.rig.etcd.put("a/1", "x");
		this.rig.start();
		this.rig.etcd.cutStreams(kind);
		this.rig.etcd.delete("a/1");
		this.rig.advance(Duration.ofSeconds(10));
		this.rig.assertTold("lost " + kind, "reset@3[]", "confirmed");
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
	}

}
