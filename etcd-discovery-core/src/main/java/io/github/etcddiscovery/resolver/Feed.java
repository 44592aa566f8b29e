package io.github.etcddiscovery.resolver;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
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

	private final KeyRange range;

	private final RangeEntries entries;

	private final Set<String> always;

	private final Staleness staleness;

	private final Catalog catalog;

	private final Target target;

	private @Nullable RangeWatch watch;

	/**
	 * Prepares.
	 * @param range the range
	 * @param entries where what stands in etcd is kept
	 * @param always services that can be other than before after each list, though no
	 * instance is: read, for one thing
	 * @param staleness is told whether the watch is confirmed
	 * @param catalog shows why the range has not been read
	 * @param target is told which services have changed
	 */
	Feed(KeyRange range, RangeEntries entries, Set<String> always, Staleness staleness, Catalog catalog,
			Target target) {
		this.range = range;
		this.entries = entries;
		this.always = always;
		this.staleness = staleness;
		this.catalog = catalog;
		this.target = target;
	}

	void open(EtcdClient client, EventLoop loop, WatchOptions options) {
		this.staleness.begun(this);
		unread(new EtcdDiscoveryException(Kind.UNAVAILABLE, "read of " + this.range + ": etcd has not answered", null));
		this.watch = new RangeWatch(client, this.range, loop, options, this);
		this.watch.start();
	}

	@Override
	public void reset(Reset reset) {
		Set<String> services = new LinkedHashSet<>(this.entries.apply(reset));
		services.addAll(this.always);
		this.catalog.noLongerUnread(this.range);
		this.target.changed(services, reset.revision(), reset.wentBack());
	}

	@Override
	public void changed(Change change) {
		this.target.changed(this.entries.apply(change), change.revision(), false);
	}

	@Override
	public void confirmed() {
		this.staleness.confirmed(this);
	}

	@Override
	public void lost(EtcdDiscoveryException cause) {
		this.staleness.lost(this, cause);
		unread(cause);
	}

	void close() {
		if (this.watch != null) {
			this.watch.close();
		}
		this.staleness.ended(this);
		this.catalog.noLongerUnread(this.range);
	}

	private void unread(EtcdDiscoveryException why) {
		if (!this.entries.read()) {
			this.catalog.unread(this.range, why);
		}
	}

	/**
	 * Is told of changes.
	 */
	interface Target {

		/**
		 * Services have changed.
		 * @param services their names
		 * @param revision revision of etcd as of this watch
		 * @param wentBack whether etcd has lost data, and its revision with it
		 */
		void changed(Collection<String> services, long revision, boolean wentBack);

	}

}
