package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.ModelEtcd;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.watch.RangeWatch.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many watches that are lost together do not list all at once.
 */
class RangeWatchesTests {

	private static final int MANY = 100;

	private final ManualScheduler scheduler = new ManualScheduler();

	private final ModelEtcd etcd = new ModelEtcd(this.scheduler);

	private final List<RangeWatch> watches = new ArrayList<>();

	private final List<RecordedRange> ranges = new ArrayList<>();

	RangeWatchesTests() {
		EventLoop loop = this.scheduler.loop();
		EtcdClient client = this.etcd.connect();
		RangeWatches all = new RangeWatches(client, loop, RetryOptions.defaults(), new RecordedRange(),
				new SplittableRandom(7));
		for (int i = 0; i < MANY; i++) {
			RecordedRange range = new RecordedRange();
			this.ranges.add(range);
			this.watches.add(all.watch(KeyRange.prefix(Bytes.utf8(i + "/")), range));
		}
		this.watches.forEach(RangeWatch::start);
		this.scheduler.runReady();
	}

	@Test
	void sixteenListsAreUnderWayAtMost() {
		this.etcd.delay(Call.LIST, Duration.ofMillis(500));
		this.etcd.resetCalls();
		this.etcd.cutStreams(Kind.UNAVAILABLE);
		this.scheduler.advance(Duration.ofMillis(400));
		assertThat(this.etcd.calls(Call.LIST)).isEqualTo(RangeWatches.MAX_LISTS);
		assertThat(in(State.LISTING)).hasSize(RangeWatches.MAX_LISTS);
		this.scheduler.advance(Duration.ofSeconds(4));
		assertThat(in(State.WATCHING)).hasSize(MANY);
	}

	@Test
	void rangesThatSomebodyWaitsForComeFirst() {
		this.ranges.forEach((range) -> range.awaited = false);
		this.ranges.get(77).awaited = true;
		this.ranges.get(99).awaited = true;
		this.etcd.delay(Call.LIST, Duration.ofMillis(500));
		this.etcd.cutStreams(Kind.UNAVAILABLE);
		this.scheduler.advance(Duration.ofMillis(1_300));
		assertThat(in(State.WATCHING)).contains(this.watches.get(77), this.watches.get(99)).hasSizeLessThan(50);
	}

	@Test
	void whoIsClosedMakesRoomForTheNext() {
		this.etcd.freeze();
		this.etcd.cutStreams(Kind.UNAVAILABLE);
		this.etcd.thaw();
		this.etcd.delay(Call.LIST, Duration.ofSeconds(2));
		this.scheduler.advance(Duration.ofMillis(300));
		in(State.LISTING).forEach(RangeWatch::close);
		assertThat(in(State.LISTING)).hasSize(RangeWatches.MAX_LISTS);
		in(State.QUEUED).forEach(RangeWatch::close);
		in(State.LISTING).forEach(RangeWatch::close);
		this.scheduler.advance(Duration.ofMinutes(1));
		assertThat(in(State.LISTING)).isEmpty();
	}

	private List<RangeWatch> in(State state) {
		return this.watches.stream().filter((watch) -> watch.state() == state).toList();
	}

}
