package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.SplittableRandom;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.model.ModelEtcd;
import io.github.etcddiscovery.retry.RetryOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A watch of one range of a model of etcd, on time that is driven by hand.
 */
final class RangeWatchRig {

	static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("a/"));

	/** No delay after an attempt without answer is longer. */
	static final Duration BACKOFF = Duration.ofSeconds(5);

	final ManualScheduler scheduler = new ManualScheduler();

	final ModelEtcd etcd = new ModelEtcd(this.scheduler);

	final RecordedRange range = new RecordedRange();

	final RangeWatch watch;

	private final RangeWatches watches;

	RangeWatchRig() {
		EventLoop loop = this.scheduler.loop();
		EtcdClient client = this.etcd.connect();
		this.watches = new RangeWatches(client, loop, RetryOptions.defaults(), this.range, new SplittableRandom(7));
		this.watch = this.watches.watch(RANGE, this.range);
	}

	/** A watch of another range beside it, of which nothing is recorded. */
	RangeWatch other(String prefix) {
		return this.watches.watch(KeyRange.prefix(Bytes.utf8(prefix)), new RecordedRange());
	}

	/** Starts, and forgets what was told of it. */
	void start() {
		this.watch.start();
		this.scheduler.runReady();
		this.range.takeTold();
	}

	void advance(Duration duration) {
		this.scheduler.advance(duration);
	}

	/** Everything that was told since this was asked last. */
	void assertTold(String... lines) {
		this.scheduler.runReady();
		assertThat(this.range.takeTold()).containsExactly(lines);
	}

}
