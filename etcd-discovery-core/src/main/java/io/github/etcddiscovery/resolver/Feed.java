package io.github.etcddiscovery.resolver;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.ObjLongConsumer;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.watch.Change;
import io.github.etcddiscovery.watch.RangeListener;
import io.github.etcddiscovery.watch.Reset;

/**
 * The way from one watch into the table.
 */
final class Feed implements RangeListener {

	private final RangeEntries entries;

	private final Set<String> always;

	private final Staleness staleness;

	private final ObjLongConsumer<Collection<String>> changed;

	/**
	 * Connects.
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
		staleness.begun(this);
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
		this.staleness.ended(this);
	}

}
