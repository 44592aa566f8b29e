package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.SplittableRandom;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.ModelEtcd;
import io.github.etcddiscovery.retry.RetryOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RangeWatchResyncTests {

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("a/"));

	private static final Duration INTERVAL = Duration.ofMinutes(5);

	private static final Duration EARLIEST = Duration.ofMinutes(4);

	private static final Duration LATEST = Duration.ofMinutes(6);

	private final ManualScheduler scheduler = new ManualScheduler();

	private final ModelEtcd etcd = new ModelEtcd(this.scheduler);

	private final RecordedRange range = new RecordedRange();

	private final RangeWatch watch = new RangeWatch(this.etcd.connect(), RANGE, this.scheduler.loop(),
			new WatchOptions(RetryOptions.defaults(), INTERVAL, this.range, new SplittableRandom(7)), this.range);

	@Test
	void listsAgainNowAndThenThoughNothingIsWrong() {
		start();
		this.scheduler.advance(EARLIEST.minusMillis(1));
		assertThat(this.etcd.calls(Call.LIST)).isEqualTo(1);
		this.scheduler.advance(LATEST.minus(EARLIEST).plusMillis(1));
		assertThat(this.etcd.calls(Call.LIST)).isEqualTo(2);
		assertThat(this.range.takeTold()).containsExactly("reset@1[]", "confirmed");
		assertThat(this.range.resyncs).containsExactly("interval");
		this.scheduler.advance(Duration.ofMinutes(60));
		assertThat(this.etcd.calls(Call.LIST)).isBetween(10, 18);
		assertThat(this.etcd.streams()).isEqualTo(1);
	}

	@Test
	void isNotTheSameForEveryClient() {
		WatchOptions options = new WatchOptions(RetryOptions.defaults(), INTERVAL, this.range, new SplittableRandom(7));
		assertThat(options.nextResync()).isBetween(EARLIEST, LATEST).isNotEqualTo(options.nextResync());
	}

	@Test
	void findsWhatAStreamHasLost() {
		start();
		this.etcd.muteStreams(true);
		this.etcd.put("a/1", "x");
		this.scheduler.runReady();
		this.etcd.muteStreams(false);
		this.etcd.put("a/2", "x");
		this.scheduler.runReady();
		assertThat(this.range.map).containsOnlyKeys("a/2");
		for (int i = 0; i < 20; i++) {
			this.etcd.put("b/1", "x");
			this.scheduler.advance(Duration.ofSeconds(20));
		}
		assertThat(this.range.map).containsOnlyKeys("a/1", "a/2");
	}

	@Test
	void goesOnTellingChangesWhileItListsAndNeverTakesThemBack() {
		this.etcd.put("a/1", "x");
		start();
		this.etcd.delay(Call.LIST, Duration.ofSeconds(2));
		untilAListIsUnderWay();
		this.etcd.put("a/2", "x");
		this.etcd.delete("a/1");
		this.scheduler.runReady();
		assertThat(this.range.takeTold()).containsExactly("change@3 +[a/2] -[]", "change@4 +[] -[a/1]");
		this.scheduler.advance(Duration.ofSeconds(2));
		assertThat(this.range.takeTold()).containsExactly("reset@4[a/2]", "confirmed");
		this.etcd.put("a/3", "x");
		this.scheduler.runReady();
		assertThat(this.range.takeTold()).containsExactly("change@5 +[a/3] -[]");
	}

	@Test
	void aResyncThatFailsLeavesTheRunningWatchAlone() {
		start();
		this.etcd.withhold(Call.LIST, 1);
		untilAListIsUnderWay();
		this.scheduler.advance(Duration.ofSeconds(10));
		this.etcd.put("a/1", "x");
		this.scheduler.runReady();
		assertThat(this.range.takeTold()).containsExactly("change@2 +[a/1] -[]");
		assertThat(this.range.resyncs).isEmpty();
		this.scheduler.advance(LATEST);
		assertThat(this.range.takeTold()).containsExactly("reset@2[a/1]", "confirmed");
	}

	@Test
	void aStreamThatEndsMeanwhileTakesTheResyncWithIt() {
		start();
		this.etcd.delay(Call.LIST, Duration.ofSeconds(2));
		untilAListIsUnderWay();
		this.etcd.put("a/1", "x");
		this.scheduler.runReady();
		this.etcd.cutStreams(Kind.UNAVAILABLE);
		this.scheduler.advance(Duration.ofMillis(2500));
		assertThat(this.range.takeTold()).containsExactly("change@2 +[a/1] -[]", "lost UNAVAILABLE", "reset@2[a/1]",
				"confirmed");
		assertThat(this.etcd.streams()).isEqualTo(1);
	}

	@Test
	void aStreamThatEndsAtAMessageTooLargeForItIsFollowedByAList() {
		start();
		this.etcd.muteStreams(true);
		this.etcd.put("a/1", "x");
		this.etcd.cutStreams(Kind.REFUSED);
		this.etcd.muteStreams(false);
		this.scheduler.advance(Duration.ofSeconds(10));
		assertThat(this.range.takeTold()).containsExactly("lost REFUSED", "reset@2[a/1]", "confirmed");
	}

	@Test
	void aStoreThatWentBackUnseenIsMarked() {
		this.etcd.put("a/1", "x");
		this.etcd.put("a/2", "x");
		start();
		this.etcd.delay(Call.LIST, Duration.ofSeconds(1));
		this.etcd.wipe();
		this.scheduler.advance(Duration.ofSeconds(2));
		assertThat(this.range.takeTold()).contains("reset@1[] back");
	}

	private void start() {
		this.watch.start();
		this.scheduler.runReady();
		this.range.takeTold();
	}

	private void untilAListIsUnderWay() {
		int before = this.etcd.calls(Call.LIST);
		while (this.etcd.calls(Call.LIST) == before) {
			this.scheduler.advance(Duration.ofMillis(100));
		}
	}

}
