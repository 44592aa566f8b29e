package io.github.etcddiscovery.resolver;

import java.time.Duration;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.watch.WatchOptions;

/**
 * What all feeds of a resolver share.
 *
 * @param client the client
 * @param watches where ranges are watched
 * @param loop what everything is confined to
 * @param options how ranges are followed
 * @param resyncInterval how often a range is compared with what stands in etcd
 * @param reader makes instances of entries
 * @param services all services
 * @param publisher shows what has changed
 * @param staleness is told which feeds are confirmed
 */
record Followed(EtcdClient client, Watches watches, EventLoop loop, WatchOptions options, Duration resyncInterval,
		EntryReader reader, Services services, Publisher publisher, Staleness staleness) {

	/** Returns the interval, give or take 20 %: readers shall not all come at once. */
	Duration nextResync() {
		return Duration
			.ofNanos((long) (this.resyncInterval.toNanos() * (0.8 + 0.4 * this.options.random().nextDouble())));
	}

}
