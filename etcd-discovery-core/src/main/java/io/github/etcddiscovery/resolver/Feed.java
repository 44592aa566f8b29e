package io.github.etcddiscovery.resolver;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.ObjLongConsumer;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.watch.Change;
import io.github.etcddiscovery.watch.RangeListener;
import io.github.etcddiscovery.watch.RangeWatch;
import io.github.etcddiscovery.watch.Reset;
import io.github.etcddiscovery.watch.WatchOptions;
import org.jspecify.annotations.Nullable;

/**
 * One range that is followed, from the watch into the table.
 */
final class Feed implements RangeListener {

	private final RangeEntries entries;

	private final Set<String> always;

	private final Staleness staleness;

	private final ObjLongConsumer<Collection<String>> changed;

	private @Nullable RangeWatch watch;

	/**
	 * Prepares.
	 * @param entries where what stands in etcd is kept
	 * @param always services that can be other than before after each list, though no
	 * instance is: read, for one thing
	 * @param staleness is told whether the watch is confirmed
	 * @param changed is told which services have changed, and at which revision
	 */
	Feed(RangeEntries entries, Set<String> always, Staleness staleness, ObjLongConsumer<Collection<String>> changed) {
		this.entries = entries;
		this.always = always;
		this.staleness = staleness;
		this.changed = changed;
	}

	void open(EtcdClient client, KeyRange range, EventLoop loop, WatchOptions options) {
		this.staleness.begun(this);
		this.watch = new RangeWatch(client, range, loop, options, this);
		this.watch.start();
	}

	@Override
	public void reset(Reset reset) {
		Set<String> services = new LinkedHashSet<>(this.entries.apply(reset));
		services.addAll(this.always);
		this.changed.accept(services, reset.revision());
	}

	@Override
	public void changed(Change change) {
		this.changed.accept(this.entries.apply(change), change.revision());
	}

	@Override
	public void confirmed() {
		this.staleness.confirmed(this);
	}

	@Override
	public void lost(EtcdDiscoveryException cause) {
		this.staleness.lost(this, cause);
	}

	void close() {
		if (this.watch != null) {
			this.watch.close();
		}
		this.staleness.ended(this);
	}

}
