package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.watch.RangeWatch.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a {@link RangeWatch} lists, watches, and tells.
 */
class RangeWatchTests {

	private final RangeWatchRig rig = new RangeWatchRig();

	@Test
	void listsThenWatchesFromThereAndDropsWhatTheListHasShown() {
		this.rig.etcd.put("b/1", "x");
		this.rig.etcd.put("a/1", "x");
		this.rig.watch.start();
		assertThat(this.rig.watch.state()).isEqualTo(State.LISTING);
		this.rig.assertTold("reset@3[a/1]", "confirmed");
		assertThat(this.rig.watch.state()).isEqualTo(State.WATCHING);
		this.rig.etcd.put("a/2", "x");
		this.rig.assertTold("change@4 +[a/2] -[]");
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
		assertThat(this.rig.range.resyncs).isEmpty();
	}

	@Test
	void missesNothingThatHappensBetweenListAndWatch() {
		this.rig.etcd.delay(Call.LIST, Duration.ofMillis(10));
		this.rig.watch.start();
		this.rig.etcd.put("a/1", "x");
		this.rig.advance(Duration.ofMillis(10));
		this.rig.assertTold("reset@1[]", "confirmed", "change@2 +[a/1] -[]");
	}

	@Test
	void tellsOneChangeForEachRevision() {
		this.rig.etcd.put("a/1", "x");
		this.rig.start();
		this.rig.etcd.putAll(new TreeMap<>(Map.of("a/2", "x", "a/3", "x", "b/1", "x")));
		this.rig.etcd.delete("a/1", "a/2");
		this.rig.assertTold("change@3 +[a/2, a/3] -[]", "change@4 +[] -[a/1, a/2]");
		assertThat(this.rig.range.events).isEqualTo(4);
	}

	@Test
	void splitsAMessageOfManyRevisions() {
		this.rig.etcd.delay(Call.LIST, Duration.ofMillis(10));
		this.rig.watch.start();
		this.rig.etcd.put("a/1", "x");
		this.rig.etcd.putAll(new TreeMap<>(Map.of("a/2", "x", "a/3", "x")));
		this.rig.etcd.delete("a/1");
		this.rig.advance(Duration.ofMillis(10));
		this.rig.assertTold("reset@1[]", "confirmed", "change@2 +[a/1] -[]", "change@3 +[a/2, a/3] -[]",
				"change@4 +[] -[a/1]");
	}

	@Test
	void eventsThatWereToldBeforeAreDropped() {
		this.rig.etcd.put("a/1", "x");
		this.rig.etcd.delete("a/1");
		this.rig.etcd.put("a/2", "x");
		this.rig.watch.start();
		this.rig.assertTold("reset@4[a/2]", "confirmed");
		this.rig.etcd.put("a/3", "x");
		this.rig.assertTold("change@5 +[a/3] -[]");
	}

	@Test
	void closeEndsEverythingInEveryState() {
		EventLoop bystander = this.rig.scheduler.loop();
		EtcdClient client = this.rig.etcd.connect();
		for (int i = 0; i < 40; i++) {
			RangeWatch closed = new RangeWatches(client, bystander, RetryOptions.defaults(), this.rig.range,
					new SplittableRandom(7))
				.watch(RangeWatchRig.RANGE, this.rig.range);
			int before = this.rig.scheduler.pending();
			closed.start();
			if (i % 4 == 1) {
				this.rig.etcd.down();
			}
			this.rig.advance(Duration.ofMillis(i * 500L));
			closed.close();
			closed.close();
			this.rig.etcd.up();
			this.rig.range.takeTold();
			this.rig.etcd.put("a/1", "x");
			this.rig.advance(Duration.ofSeconds(10));
			this.rig.assertTold();
			closed.start();
			assertThat(closed.state()).isEqualTo(State.CLOSED);
			assertThat(this.rig.etcd.watches()).isZero();
			assertThat(this.rig.scheduler.pending()).isEqualTo(before);
		}
	}

}
