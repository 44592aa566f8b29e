package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.model.ModelEtcd;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.watch.RangeWatch.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Row by row of the table of {@link RangeWatch}. */
class RangeWatchTests {

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("a/"));

	private static final Duration BACKOFF = Duration.ofSeconds(5);

	private final LoggedLines log = new LoggedLines(RangeWatch.class.getName());

	private final ManualScheduler scheduler = new ManualScheduler();

	private final ModelEtcd etcd = new ModelEtcd(this.scheduler);

	private final EventLoop loop = this.scheduler.loop();

	private final RecordedRange range = new RecordedRange();

	private final RangeWatch watch = new RangeWatch(this.etcd.connect(), RANGE, this.loop,
			new WatchOptions(RetryOptions.defaults(), Duration.ZERO, this.range, new SplittableRandom(7)), this.range);

	@AfterEach
	void closeLog() {
		this.log.close();
	}

	@Test
	void listsThenWatchesFromTheNextRevision() {
		this.etcd.put("a/1", "x");
		this.etcd.put("b/1", "x");
		this.watch.start();
		assertThat(this.watch.state()).isEqualTo(State.LISTING);
		assertTold("reset@3[a/1]", "confirmed");
		assertThat(this.watch.state()).isEqualTo(State.WATCHING);
		this.etcd.put("a/2", "x");
		assertTold("change@4 +[a/2] -[]");
		assertThat(this.etcd.calls(Call.LIST)).isEqualTo(1);
		assertThat(this.range.resyncs).isEmpty();
	}

	@Test
	void missesNothingThatHappensBetweenListAndWatch() {
		this.etcd.delay(Call.LIST, Duration.ofMillis(10));
		this.watch.start();
		this.etcd.put("a/1", "x");
		this.scheduler.advance(Duration.ofMillis(10));
		assertTold("reset@1[]", "confirmed", "change@2 +[a/1] -[]");
	}

	@Test
	void tellsOneChangeForEachRevision() {
		this.etcd.put("a/1", "x");
		start();
		this.etcd.putAll(new TreeMap<>(Map.of("a/2", "x", "a/3", "x", "b/1", "x")));
		this.etcd.delete("a/1", "a/2");
		assertTold("change@3 +[a/2, a/3] -[]", "change@4 +[] -[a/1, a/2]");
		assertThat(this.range.events).isEqualTo(4);
	}

	@Test
	void splitsAMessageOfManyRevisions() {
		this.etcd.delay(Call.LIST, Duration.ofMillis(10));
		this.watch.start();
		this.etcd.put("a/1", "x");
		this.etcd.putAll(new TreeMap<>(Map.of("a/2", "x", "a/3", "x")));
		this.etcd.delete("a/1");
		this.scheduler.advance(Duration.ofMillis(10));
		assertTold("reset@1[]", "confirmed", "change@2 +[a/1] -[]", "change@3 +[a/2, a/3] -[]", "change@4 +[] -[a/1]");
	}

	@Test
	void eventsThatWereToldBeforeAreDropped() {
		this.etcd.put("a/1", "x");
		this.etcd.delete("a/1");
		this.etcd.put("a/2", "x");
		this.etcd.repeatHistory(3);
		this.watch.start();
		assertTold("reset@4[a/2]", "confirmed");
		this.etcd.put("a/3", "x");
		assertTold("change@5 +[a/3] -[]");
	}

	@Test
	void aListWithoutAnswerIsTriedAgainAfterAShortDelayFirst() {
		this.etcd.down();
		this.watch.start();
		this.scheduler.advance(Duration.ofSeconds(3));
		assertTold("lost UNAVAILABLE");
		assertThat(this.watch.state()).isEqualTo(State.WAITING);
		this.etcd.up();
		this.scheduler.advance(Duration.ofMillis(200));
		assertTold("reset@1[]", "confirmed");
		assertThat(this.range.resyncs).isEmpty();
	}

	@Test
	void anEtcdThatIsAwayIsTriedForeverAtMostFiveSecondsApart() {
		this.etcd.down();
		this.watch.start();
		this.scheduler.advance(Duration.ofMinutes(60));
		int lists = this.etcd.calls(Call.LIST);
		assertThat(lists).isGreaterThan(3600 / 8);
		this.etcd.up();
		this.scheduler.advance(BACKOFF.plusSeconds(3));
		assertThat(this.range.confirmed).isTrue();
	}

	@Test
	void anEndOfTheStreamLeadsToAnotherList() {
		this.etcd.put("a/1", "x");
		start();
		this.etcd.cutStreams(Kind.UNAVAILABLE);
		this.etcd.delete("a/1");
		this.etcd.put("a/2", "x");
		assertTold("lost UNAVAILABLE");
		this.scheduler.advance(Duration.ofMillis(200));
		assertTold("reset@4[a/2]", "confirmed");
		assertThat(this.range.resyncs).containsExactly("unavailable");
		assertThat(this.etcd.streams()).isEqualTo(1);
	}

	@Test
	void aCompactedRevisionLeadsToAnotherList() {
		this.etcd.delay(Call.LIST, Duration.ofMillis(10));
		this.watch.start();
		this.etcd.put("a/1", "x");
		this.etcd.put("a/2", "x");
		this.etcd.compact();
		this.scheduler.advance(Duration.ofMillis(10));
		assertTold("reset@1[]", "confirmed", "lost COMPACTED");
		this.scheduler.advance(Duration.ofMillis(210));
		assertTold("reset@3[a/1, a/2]", "confirmed");
		assertThat(this.range.resyncs).containsExactly("compacted");
	}

	@Test
	void aWatchThatIsNotConfirmedEndsAfterThreeSeconds() {
		this.etcd.confirmStreams(false);
		this.watch.start();
		this.scheduler.advance(Duration.ofMillis(2999));
		assertTold("reset@1[]");
		this.scheduler.advance(Duration.ofMillis(1));
		assertTold("lost UNAVAILABLE");
		assertThat(this.etcd.streams()).isZero();
		this.etcd.confirmStreams(true);
		this.scheduler.advance(Duration.ofMillis(200));
		assertTold("reset@1[]", "confirmed");
		assertThat(this.range.resyncs).containsExactly("unconfirmed");
	}

	@Test
	void silenceIsProbedAndAnAnswerKeepsTheWatch() {
		start();
		this.scheduler.advance(Duration.ofMillis(29_999));
		assertThat(this.etcd.calls(Call.PROGRESS)).isZero();
		this.scheduler.advance(Duration.ofMinutes(10));
		assertThat(this.etcd.calls(Call.PROGRESS)).isBetween(17, 20);
		assertTold();
		assertThat(this.etcd.calls(Call.LIST)).isEqualTo(1);
	}

	@Test
	void anEventPutsTheSilenceProbeOff() {
		start();
		this.scheduler.advance(Duration.ofSeconds(20));
		this.etcd.put("a/1", "x");
		this.scheduler.advance(Duration.ofSeconds(29));
		assertThat(this.etcd.calls(Call.PROGRESS)).isZero();
		this.scheduler.advance(Duration.ofSeconds(1));
		assertThat(this.etcd.calls(Call.PROGRESS)).isEqualTo(1);
	}

	@Test
	void aStreamThatDiedWithoutAWordIsReplacedWithin33Seconds() {
		start();
		this.etcd.muteStreams(true);
		this.etcd.put("a/1", "x");
		this.scheduler.advance(Duration.ofMillis(32_999));
		assertTold();
		this.etcd.muteStreams(false);
		this.scheduler.advance(Duration.ofMillis(1));
		assertTold("lost UNAVAILABLE");
		this.scheduler.advance(Duration.ofMillis(200));
		assertTold("reset@2[a/1]", "confirmed");
		assertThat(this.range.resyncs).containsExactly("silence");
	}

	@Test
	void aFrozenMemberIsLeftAndNothingOfItsLateMessagesIsBelieved() {
		start();
		this.etcd.freeze();
		this.etcd.put("a/1", "x");
		this.scheduler.advance(Duration.ofSeconds(33));
		assertTold("lost UNAVAILABLE");
		this.etcd.delete("a/1");
		this.etcd.thaw();
		this.scheduler.advance(Duration.ofSeconds(1));
		assertTold("reset@3[]", "confirmed");
	}

	@Test
	void aRefusalIsTriedAgainAtTheSlowPace() {
		this.etcd.refuse(Kind.PERMISSION_DENIED, Call.LIST);
		this.watch.start();
		this.scheduler.advance(Duration.ofMinutes(10));
		assertThat(this.etcd.calls(Call.LIST)).isBetween(19, 25);
		this.etcd.allow();
		this.scheduler.advance(Duration.ofSeconds(30));
		assertThat(this.range.confirmed).isTrue();
	}

	@Test
	void aRefusedWatchIsTriedAgainAtTheSlowPace() {
		this.etcd.refuse(Kind.LOGIN_REFUSED, Call.WATCH);
		this.watch.start();
		assertTold("reset@1[]", "lost LOGIN_REFUSED");
		this.scheduler.advance(Duration.ofMillis(8_999));
		assertTold();
		this.etcd.allow();
		this.scheduler.advance(Duration.ofMillis(1_001));
		assertTold("reset@1[]", "confirmed");
	}

	@Test
	void attemptsCountFromTheBeginningAfterTenSecondsConfirmed() {
		for (int i = 0; i < 20; i++) {
			start();
			this.etcd.cutStreams(Kind.UNAVAILABLE);
			this.scheduler.advance(BACKOFF);
		}
		this.scheduler.advance(Duration.ofSeconds(10));
		this.range.takeTold();
		this.etcd.cutStreams(Kind.UNAVAILABLE);
		this.scheduler.advance(Duration.ofMillis(200));
		assertTold("lost UNAVAILABLE", "reset@1[]", "confirmed");
	}

	@Test
	void aStreamThatKeepsBreakingIsNotOpenedAllTheTime() {
		start();
		for (int i = 0; i < 6_000; i++) {
			this.etcd.cutStreams(Kind.UNAVAILABLE);
			this.scheduler.advance(Duration.ofMillis(10));
		}
		assertThat(this.etcd.calls(Call.WATCH)).isBetween(10, 60);
	}

	@Test
	void aFollowerThatIsBehindIsNoReasonToListAgain() {
		this.etcd.put("a/1", "x");
		this.etcd.lag(1);
		start();
		this.scheduler.advance(Duration.ofMinutes(2));
		assertThat(this.etcd.calls(Call.PROBE)).isGreaterThan(1);
		assertThat(this.etcd.calls(Call.LIST)).isEqualTo(1);
		assertThat(this.range.confirmed).isTrue();
	}

	@Test
	void aStoreThatWentBackIsReadAnewAndSaysSo() {
		this.etcd.put("a/1", "x");
		this.etcd.put("a/2", "x");
		start();
		this.etcd.wipe();
		this.etcd.put("a/1", "new");
		this.scheduler.advance(Duration.ofMillis(200));
		assertTold("lost UNAVAILABLE", "reset@2[a/1] back", "confirmed");
		assertThat(this.range.resyncs).containsExactly("revision_regressed");
		this.etcd.put("a/2", "x");
		assertTold("change@3 +[a/2] -[]");
		assertThat(this.log.at("WARN")).anyMatch((line) -> line.contains("went back to 2"));
	}

	@Test
	void aStoreThatWentBackUnderARunningListIsFoundByTheConfirmation() {
		this.etcd.put("a/1", "x");
		this.etcd.delay(Call.WATCH, Duration.ofMillis(5));
		this.watch.start();
		this.scheduler.runReady();
		this.etcd.wipe();
		this.etcd.put("a/3", "x");
		this.etcd.delete("a/3");
		this.scheduler.advance(Duration.ofSeconds(1));
		assertThat(this.range.takeTold()).endsWith("reset@3[]", "confirmed");
	}

	@Test
	void aWatchOnAnEmptiedStoreThatWouldWaitInSilenceIsFoundByItsProgress() {
		this.etcd.put("a/1", "x");
		this.etcd.put("b/1", "x");
		start();
		this.etcd.wipeUnderOpenStreams();
		this.etcd.put("a/2", "x");
		this.scheduler.advance(Duration.ofSeconds(29));
		assertTold();
		this.scheduler.advance(Duration.ofSeconds(2));
		assertTold("lost UNAVAILABLE", "reset@2[a/2] back", "confirmed");
	}

	@Test
	void warnsOnceForAStreakAndInformsOnceWhenItIsOver() {
		this.etcd.down();
		this.watch.start();
		this.scheduler.advance(Duration.ofMinutes(5));
		this.etcd.up();
		this.scheduler.advance(Duration.ofMinutes(5));
		assertThat(this.log.at("WARN")).singleElement().asString().contains("[a/, a0)", "no answer within");
		assertThat(this.log.at("INFO")).singleElement().asString().contains("[a/, a0) again");
		assertThat(this.log.at("DEBUG")).hasSizeGreaterThan(10);
		this.etcd.cutStreams(Kind.UNAVAILABLE);
		this.scheduler.advance(Duration.ofMinutes(1));
		assertThat(this.log.at("WARN")).hasSize(2);
		assertThat(this.log.at("INFO")).hasSize(2);
	}

	@Test
	void closeEndsEverythingInEveryState() {
		EventLoop bystander = this.scheduler.loop();
		for (int i = 0; i < 40; i++) {
			RangeWatch closed = new RangeWatch(this.etcd.connect(), RANGE, bystander,
					WatchOptions.of(RetryOptions.defaults(), Duration.ofSeconds(5), this.range), this.range);
			int before = this.scheduler.pending();
			closed.start();
			if (i % 4 == 1) {
				this.etcd.down();
			}
			this.scheduler.advance(Duration.ofMillis(i * 500L));
			closed.close();
			closed.close();
			this.etcd.up();
			this.range.takeTold();
			this.etcd.put("a/1", "x");
			this.scheduler.advance(Duration.ofSeconds(10));
			assertTold();
			closed.start();
			assertThat(closed.state()).isEqualTo(State.CLOSED);
			assertThat(this.etcd.streams()).isZero();
			assertThat(this.scheduler.pending()).isEqualTo(before);
		}
	}

	private void start() {
		this.watch.start();
		this.scheduler.runReady();
		this.range.takeTold();
	}

	private void assertTold(String... lines) {
		this.scheduler.runReady();
		List<String> told = this.range.takeTold();
		assertThat(told).containsExactly(lines);
	}

}
