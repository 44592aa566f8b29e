package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.SplittableRandom;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.retry.RetryOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The range is listed again now and then, though nothing is wrong.
 */
class RangeWatchResyncTests {

	private static final Duration INTERVAL = Duration.ofMinutes(5);

	private static final Duration EARLIEST = Duration.ofMinutes(4);

	private static final Duration LATEST = Duration.ofMinutes(6);

	private final RangeWatchRig rig = new RangeWatchRig(INTERVAL);

	@Test
	void listsAgainNowAndThenThoughNothingIsWrong() {
		this.rig.start();
		this.rig.advance(EARLIEST.minusMillis(1));
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
		this.rig.advance(LATEST.minus(EARLIEST).plusMillis(1));
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(2);
		assertThat(this.rig.range.takeTold()).containsExactly("reset@1[]", "confirmed");
		assertThat(this.rig.range.resyncs).containsExactly("interval");
		this.rig.advance(Duration.ofMinutes(60));
		assertThat(this.rig.etcd.calls(Call.LIST)).isBetween(10, 18);
		assertThat(this.rig.etcd.streams()).isEqualTo(1);
	}

	@Test
	void isNotTheSameForEveryClient() {
		WatchOptions options = new WatchOptions(RetryOptions.defaults(), INTERVAL, this.rig.range,
				new SplittableRandom(7));
		assertThat(options.nextResync()).isBetween(EARLIEST, LATEST).isNotEqualTo(options.nextResync());
	}

	@Test
	void findsWhatAStreamHasLost() {
		this.rig.start();
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.put("a/1", "x");
		this.rig.scheduler.runReady();
		this.rig.etcd.muteStreams(false);
		this.rig.etcd.put("a/2", "x");
		this.rig.scheduler.runReady();
		assertThat(this.rig.range.map).containsOnlyKeys("a/2");
		for (int i = 0; i < 20; i++) {
			this.rig.etcd.put("b/1", "x");
			this.rig.advance(Duration.ofSeconds(20));
		}
		assertThat(this.rig.range.map).containsOnlyKeys("a/1", "a/2");
	}

	@Test
	void goesOnTellingChangesWhileItListsAndNeverTakesThemBack() {
		this.rig.etcd.put("a/1", "x");
		this.rig.start();
		this.rig.etcd.delay(Call.LIST, Duration.ofSeconds(2));
		untilAListIsUnderWay();
		this.rig.etcd.put("a/2", "x");
		this.rig.etcd.delete("a/1");
		this.rig.scheduler.runReady();
		assertThat(this.rig.range.takeTold()).containsExactly("change@3 +[a/2] -[]", "change@4 +[] -[a/1]");
		this.rig.advance(Duration.ofSeconds(2));
		assertThat(this.rig.range.takeTold()).containsExactly("reset@4[a/2]", "confirmed");
		this.rig.etcd.put("a/3", "x");
		this.rig.scheduler.runReady();
		assertThat(this.rig.range.takeTold()).containsExactly("change@5 +[a/3] -[]");
	}

	@Test
	void aResyncThatFailsLeavesTheRunningWatchAlone() {
		this.rig.start();
		this.rig.etcd.withhold(Call.LIST, 1);
		untilAListIsUnderWay();
		this.rig.advance(Duration.ofSeconds(10));
		this.rig.etcd.put("a/1", "x");
		this.rig.scheduler.runReady();
		assertThat(this.rig.range.takeTold()).containsExactly("change@2 +[a/1] -[]");
		assertThat(this.rig.range.resyncs).isEmpty();
		this.rig.advance(LATEST);
		assertThat(this.rig.range.takeTold()).containsExactly("reset@2[a/1]", "confirmed");
	}

	@Test
	void aStreamThatEndsMeanwhileTakesTheResyncWithIt() {
		this.rig.start();
		this.rig.etcd.delay(Call.LIST, Duration.ofSeconds(2));
		untilAListIsUnderWay();
		this.rig.etcd.put("a/1", "x");
		this.rig.scheduler.runReady();
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advance(Duration.ofMillis(2500));
		assertThat(this.rig.range.takeTold()).containsExactly("change@2 +[a/1] -[]", "lost UNAVAILABLE", "reset@2[a/1]",
				"confirmed");
		assertThat(this.rig.etcd.streams()).isEqualTo(1);
	}

	@Test
	void aStreamThatEndsAtAMessageTooLargeForItIsFollowedByAList() {
		this.rig.start();
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.put("a/1", "x");
		this.rig.etcd.cutStreams(Kind.REFUSED);
		this.rig.etcd.muteStreams(false);
		this.rig.advance(Duration.ofSeconds(10));
		assertThat(this.rig.range.takeTold()).containsExactly("lost REFUSED", "reset@2[a/1]", "confirmed");
	}

	@Test
	void aStoreThatWentBackUnseenIsMarked() {
		this.rig.etcd.put("a/1", "x");
		this.rig.etcd.put("a/2", "x");
		this.rig.start();
		this.rig.etcd.delay(Call.LIST, Duration.ofSeconds(1));
		this.rig.etcd.wipe();
		this.rig.advance(Duration.ofSeconds(2));
		assertThat(this.rig.range.takeTold()).contains("reset@1[] back");
	}

	private void untilAListIsUnderWay() {
		int before = this.rig.etcd.calls(Call.LIST);
		while (this.rig.etcd.calls(Call.LIST) == before) {
			this.rig.advance(Duration.ofMillis(100));
		}
	}

}
