package io.github.etcddiscovery.watch;

import java.time.Duration;

import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stream that says nothing any more is asked for a sign of life, and left.
 */
class RangeWatchSilenceTests {

	private final RangeWatchRig rig = new RangeWatchRig();

	@Test
	void silenceIsProbedAndAnAnswerKeepsTheWatch() {
		this.rig.start();
		this.rig.etcd.put("b/1", "x");
		this.rig.advance(Duration.ofMillis(29_999));
		assertThat(this.rig.etcd.calls(Call.PROGRESS)).isZero();
		this.rig.advance(Duration.ofMinutes(10));
		assertThat(this.rig.etcd.calls(Call.PROGRESS)).isBetween(18, 21);
		this.rig.assertTold();
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
	}

	@Test
	void aStoreInWhichNothingIsWrittenHasNoAnswerAndNothingToTellSoTheWatchStays() {
		this.rig.start();
		this.rig.advance(Duration.ofMinutes(10));
		this.rig.assertTold();
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
		this.rig.etcd.put("a/1", "x");
		this.rig.assertTold("change@2 +[a/1] -[]");
	}

	@Test
	void onlyAStreamThatHasNeverSeenItsFirstRevisionCostsARead() {
		this.rig.start();
		this.rig.etcd.put("b/1", "x");
		this.rig.advance(Duration.ofSeconds(31));
		assertThat(this.rig.etcd.calls(Call.PROBE)).isEqualTo(1);
		this.rig.advance(Duration.ofMinutes(10));
		assertThat(this.rig.etcd.calls(Call.PROBE)).isEqualTo(1);
	}

	@Test
	void aStreamThatDiesWhileNothingIsWrittenIsReplacedWithin33SecondsOfTheNextWrite() {
		this.rig.start();
		this.rig.advance(Duration.ofMinutes(1));
		this.rig.etcd.muteStreams(true);
		this.rig.advance(Duration.ofMinutes(2));
		this.rig.assertTold();
		this.rig.etcd.put("a/1", "x");
		this.rig.advance(Duration.ofSeconds(33));
		this.rig.assertTold("lost UNAVAILABLE");
	}

	@Test
	void aMemberThatIsBehindTheStoreForAMomentIsAskedOnceMore() {
		this.rig.start();
		this.rig.etcd.put("b/1", "x");
		this.rig.etcd.lag(1);
		this.rig.etcd.delay(Call.PROBE, Duration.ofMillis(5));
		this.rig.advance(Duration.ofMillis(30_001));
		this.rig.etcd.lag(0);
		this.rig.advance(Duration.ofMinutes(1));
		this.rig.assertTold();
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
	}

	@Test
	void anEventPutsTheSilenceProbeOff() {
		this.rig.start();
		this.rig.advance(Duration.ofSeconds(20));
		this.rig.etcd.put("a/1", "x");
		this.rig.advance(Duration.ofSeconds(29));
		assertThat(this.rig.etcd.calls(Call.PROGRESS)).isZero();
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.rig.etcd.calls(Call.PROGRESS)).isEqualTo(1);
	}

	@Test
	void aStreamThatDiedWithoutAWordIsReplacedWithin33Seconds() {
		this.rig.start();
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.put("a/1", "x");
		this.rig.advance(Duration.ofMillis(32_999));
		this.rig.assertTold();
		this.rig.etcd.muteStreams(false);
		this.rig.advance(Duration.ofMillis(1));
		this.rig.assertTold("lost UNAVAILABLE");
		this.rig.advance(Duration.ofMillis(200));
		this.rig.assertTold("reset@2[a/1]", "confirmed");
		assertThat(this.rig.range.resyncs).containsExactly("silence");
	}

	@Test
	void aFrozenMemberIsLeftAndNothingOfItsLateMessagesIsBelieved() {
		this.rig.start();
		this.rig.etcd.freeze();
		this.rig.etcd.put("a/1", "x");
		this.rig.advance(Duration.ofSeconds(33));
		this.rig.assertTold("lost UNAVAILABLE");
		this.rig.etcd.delete("a/1");
		this.rig.etcd.thaw();
		this.rig.advance(Duration.ofSeconds(1));
		this.rig.assertTold("reset@3[]", "confirmed");
	}

}
