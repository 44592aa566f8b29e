package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import io.github.etcddiscovery.watch.WatchOptions;
import org.jspecify.annotations.Nullable;

/**
 * The write side of a resolver: from the watches through the table to the snapshots. All
 * of it happens on the loop's thread.
 */
final class ResolverLoop {

	private final EtcdClient client;

	private final EventLoop loop;

	private final Layouts layouts;

	private final Catalog catalog;

	private final FirstRead firstRead;

	private final Duration staleTimeout;

	private final WatchOptions watchOptions;

	private final Subscribers subscribers = new Subscribers(this::ripe);

	private final Staleness staleness;

	private final EntryReader reader;

	private final ServiceTable table;

	private final Publisher publisher;

	private final Following following;

	private final List<Feed> shared = new ArrayList<>();

	private EventLoop.Timer staleTimer = EventLoop.Timer.NONE;

	ResolverLoop(EtcdClient client, EventLoop loop, ResolverOptions options, Layouts layouts, Catalog catalog,
			FirstRead firstRead) {
		this.client = client;
		this.loop = loop;
		this.layouts = layouts;
		this.catalog = catalog;
		this.firstRead = firstRead;
		DiscoveryObserver observer = options.observer().guarded();
		ResolverOptions.Timing timing = options.timing();
		this.staleTimeout = timing.staleTimeout();
		this.watchOptions = WatchOptions.of(timing.retry(), timing.resyncInterval(), observer);
		this.staleness = new Staleness(loop);
		this.reader = new EntryReader(options, new Rejections(loop, observer));
		this.table = new ServiceTable(layouts, this.reader);
		this.publisher = new Publisher(this.table, catalog, this.subscribers, observer);
		this.following = new Following(loop, this.subscribers::any, this::unfollow);
		this.staleness.onChange(this::staleChanged);
	}

	Staleness staleness() {
		return this.staleness;
	}

	EntryReader reader() {
		return this.reader;
	}

	Subscribers subscribers() {
		return this.subscribers;
	}

	/** Begins to follow what is followed as a whole. */
	void start() {
		this.firstRead.start(this.loop, () -> this.subscribers.services().forEach(this::tellPart));
		for (int position : this.layouts.shared()) {
			KeyRange range = this.layouts.get(position).allServices();
			if (range != null) {
				this.shared.add(open(range, this.table.addShared(position), Set.of()));
			}
		}
		sharedRead();
	}

	/** Begins to follow a service. */
	void follow(Slot slot, FirstRead firstRead) {
		String service = slot.service();
		if (!this.catalog.restore(slot)) {
			firstRead.done();
			return;
		}
		firstRead.start(this.loop, () -> tellPart(service));
		List<Feed> feeds = this.layouts.followedFor(service)
			.stream()
			.map((position) -> open(this.layouts.get(position).service(service), this.table.addOwn(service, position),
					Set.of(service)))
			.toList();
		this.following.add(slot, feeds);
	}

	private void unfollow(Slot slot) {
		this.table.removeOwn(slot.service());
		slot.unfollow();
		this.publisher.publish(Set.of(slot.service()), this.catalog.revision());
	}

	/** Ends everything but what readers see. */
	void close() {
		// First: the end of the last watch must not look like its confirmation.
		this.staleness.onChange(() -> {
		});
		this.staleTimer.cancel();
		this.shared.forEach(Feed::close);
		this.following.close();
		this.staleness.close();
		this.firstRead.done();
		this.catalog.slots().forEach(ResolverLoop::endWait);
	}

	private static void endWait(Slot slot) {
		FirstRead waiting = slot.followed();
		if (waiting != null) {
			waiting.done();
		}
	}

	private Feed open(KeyRange range, RangeEntries entries, Set<String> always) {
		Feed feed = new Feed(range, entries, always, this.staleness, this.catalog, this::changed);
		feed.open(this.client, this.loop, this.watchOptions);
		return feed;
	}

	/**
	 * Members that serve different watches can be one behind the other; what readers see
	 * goes back only where etcd itself does.
	 */
	private void changed(Collection<String> services, long revision, boolean wentBack) {
		long newest = wentBack ? revision : Math.max(revision, this.catalog.revision());
		this.catalog.revision(newest);
		this.publisher.publish(services, newest);
		sharedRead();
	}

	/**
	 * When the last of the layouts that are followed as a whole has answered, services
	 * can be READ, and one of which nothing is known is not there.
	 */
	private void sharedRead() {
		if (this.catalog.read() || !this.table.sharedRead()) {
			return;
		}
		this.publisher.publish(this.table.services(), this.catalog.revision());
		this.catalog.allRead();
		this.firstRead.done();
		this.subscribers.services().forEach(this::tellOfAbsence);
	}

	private void tellOfAbsence(String service) {
		if (this.catalog.slot(service) == null) {
			this.subscribers.offer(absent(service));
		}
	}

	/**
	 * Returns the snapshot of a service of which nothing is known. It is made anew each
	 * time: kept ones would let whoever asks for endless names fill the memory. Can be
	 * called on any thread.
	 */
	ServiceSnapshot absent(String service) {
		boolean read = (this.catalog.read() && this.layouts.followedFor(service).isEmpty())
				|| !this.layouts.carried(service);
		return new ServiceSnapshot(service, this.catalog.revision(), List.of(), read ? State.READ : State.UNREAD);
	}

	/**
	 * Returns why a service has not been read, or null. Can be called on any thread.
	 */
	@Nullable EtcdDiscoveryException whyUnread(String service) {
		for (KeyRange range : this.layouts.rangesFor(service)) {
			EtcdDiscoveryException why = this.catalog.whyUnread(range);
			if (why != null) {
				return why;
			}
		}
		return null;
	}

	/** Begins to tell a subscriber of one service. */
	void subscribe(String service, Subscriber subscriber) {
		this.subscribers.add(service, subscriber);
		Slot slot = this.catalog.slot(service);
		ServiceSnapshot snapshot = (slot != null) ? slot.snapshot() : absent(service);
		if (snapshot.state() == State.READ || (ripe(snapshot) && !snapshot.instances().isEmpty())) {
			subscriber.offer(snapshot);
		}
	}

	/**
	 * The layouts that have answered are told without the others once these had their
	 * time; but where they know nothing, nothing is known.
	 */
	private void tellPart(String service) {
		Slot slot = this.catalog.slot(service);
		if (slot != null && slot.snapshot().state() == State.UNREAD && !slot.snapshot().instances().isEmpty()) {
			this.subscribers.offerToOne(slot.snapshot());
		}
	}

	private boolean ripe(ServiceSnapshot snapshot) {
		return snapshot.state() == State.READ || waitIsOver(snapshot.service());
	}

	private boolean waitIsOver(String service) {
		if (this.layouts.followedFor(service).isEmpty()) {
			return this.firstRead.isOver();
		}
		Slot slot = this.catalog.slot(service);
		FirstRead own = (slot != null) ? slot.followed() : null;
		return own != null && own.isOver();
	}

	private void staleChanged() {
		if (this.staleTimeout.isZero() || this.staleTimeout.isNegative()) {
			return;
		}
		this.staleTimer.cancel();
		Duration left = this.staleTimeout.minus(this.staleness.age());
		if (!this.staleness.stale()) {
			showEmpty(false);
		}
		else if (left.isNegative() || left.isZero()) {
			showEmpty(true);
		}
		else {
			this.staleTimer = this.loop.schedule(left, this::staleChanged);
		}
	}

	private void showEmpty(boolean empty) {
		if (this.publisher.emptied() != empty) {
			this.publisher.emptied(empty);
		}
	}

}
