package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.watch.RangeWatches;
import org.jspecify.annotations.Nullable;

/**
 * Which ranges are followed: those of all services of a layout for as long as the
 * resolver is open, those of single services for as long as somebody asks for them.
 * <ul>
 * <li>A service that nobody has asked for in ten minutes is dropped.
 * <li>Where more than a thousand watches are open, services without instances are
 * dropped; those with instances, the one asked for longest ago first, where theirs alone
 * are more than a thousand.
 * <li>Never dropped: a service with subscribers; one whose first answer somebody waits
 * for; and one with instances whose watch is not confirmed, because what cannot be asked
 * for again is not given away.
 * </ul>
 * Confined to the loop's thread, but for what says that it is not.
 */
final class Following {

	/** A service that nobody has asked for in this time is not followed any more. */
	static final Duration UNUSED = Duration.ofMinutes(10);

	/** So many watches are open at most, but for those that are never dropped. */
	static final int MAX_WATCHES = 1_000;

	private static final Duration SWEEP = Duration.ofMinutes(1);

	private final EtcdClient client;

	private final EventLoop loop;

	private final ResolverOptions options;

	private final DiscoveryObserver observer;

	private final RandomGenerator random = new SplittableRandom();

	private final List<LayoutReader> layouts;

	/** Those of the layouts that are followed service by service. */
	private final List<LayoutReader> oneByOne;

	private final RangeWatches watches;

	private final Services services;

	private final Publisher publisher;

	private final Staleness staleness;

	/** The ranges of all services of a layout. */
	private final List<Feed> shared;

	/** Services that are followed one by one. */
	private final Set<Service> followed = new LinkedHashSet<>();

	private int watchesOfFollowed;

	private volatile boolean closed;

	Following(EtcdClient client, EventLoop loop, List<LayoutReader> layouts, ResolverOptions options) {
		this.client = client;
		this.loop = loop;
		this.options = options;
		this.layouts = layouts;
		this.observer = options.observer().guarded();
		this.watches = new RangeWatches(client, loop, options.timing().retry(), this.observer, this.random);
		this.services = new Services(this::feedsUnlessAsked);
		this.publisher = new Publisher(loop, this.services, this.observer);
		this.staleness = new Staleness(loop, this.watches, this.publisher, options.timing().staleTimeout());
		this.oneByOne = layouts.stream().filter((layout) -> wholeRange(layout).isEmpty()).toList();
		this.shared = layouts.stream().flatMap((layout) -> feed(layout, wholeRange(layout), null)).toList();
	}

	private Stream<Feed> feed(LayoutReader layout, Optional<KeyRange> range, @Nullable Service own) {
		return range.stream().map((found) -> new Feed(this, layout, found, own));
	}

	/** Returns the range by which a layout is followed as a whole, or nothing. */
	private Optional<KeyRange> wholeRange(LayoutReader layout) {
		return layout.allServices().filter((range) -> this.options.scope() == Scope.PREFIX);
	}

	EtcdClient client() {
		return this.client;
	}

	EventLoop loop() {
		return this.loop;
	}

	ResolverOptions.Timing timing() {
		return this.options.timing();
	}

	DiscoveryObserver observer() {
		return this.observer;
	}

	RandomGenerator random() {
		return this.random;
	}

	RangeWatches watches() {
		return this.watches;
	}

	Services services() {
		return this.services;
	}

	Publisher publisher() {
		return this.publisher;
	}

	Staleness staleness() {
		return this.staleness;
	}

	/**
	 * Returns all that tell of a service for which nobody has asked, or null where some
	 * have to be opened first. Nothing tells of a name that no layout can carry. For any
	 * thread.
	 */
	private @Nullable List<Feed> feedsUnlessAsked(String name) {
		if (isCarried(name, this.oneByOne)) {
			return null;
		}
		return isCarried(name, this.layouts) ? this.shared : List.of();
	}

	private static boolean isCarried(String name, List<LayoutReader> layouts) {
		for (LayoutReader layout : layouts) {
			if (layout.carries(name)) {
				return true;
			}
		}
		return false;
	}

	/** Returns what to wait for until everything is read as a whole. For any thread. */
	FirstAnswer askForAll() {
		return FirstAnswer.ofAll(timing().firstSnapshotTimeout(), this.closed ? List.of() : this.shared);
	}

	/**
	 * Sees to it that a service is followed, and returns what to wait for. For any
	 * thread.
	 */
	FirstAnswer ask(String name) {
		List<Feed> feeds = feedsUnlessAsked(name);
		if (feeds == null && !this.closed) {
			feeds = askFor(this.services.obtain(name));
		}
		return FirstAnswer.ofAll(timing().firstSnapshotTimeout(), (feeds == null || this.closed) ? List.of() : feeds);
	}

	private @Nullable List<Feed> askFor(Service service) {
		if (service.feeds() == null) {
			List<Feed> own = this.oneByOne.stream()
				.filter((layout) -> layout.carries(service.name()))
				.flatMap((layout) -> feed(layout, layout.rangeOf(service.name()), service))
				.toList();
			if (service.ask(Stream.concat(this.shared.stream(), own.stream()).toList())) {
				this.loop.execute(() -> follow(service, own));
			}
		}
		return service.feeds();
	}

	/** Returns why a service has not been read, or null. For any thread. */
	@Nullable EtcdDiscoveryException whyUnread(String name) {
		Service service = this.services.get(name);
		List<Feed> feeds = (service != null) ? service.feeds() : null;
		return ((feeds != null) ? feeds : this.shared).stream()
			.map(Feed::whyUnread)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/** Returns where each layout stands. For any thread. */
	List<LayoutStatus> status() {
		List<Feed> feeds = Stream
			.concat(this.shared.stream(),
					this.services.all().stream().flatMap((service) -> service.ownFeeds().stream()))
			.toList();
		return this.layouts.stream().map((layout) -> LayoutStatus.of(layout, feeds, this.loop)).toList();
	}

	// From here on: confined to the loop's thread

	void start() {
		this.staleness.look();
		this.shared.forEach(Feed::open);
		sweepLater();
	}

	private void follow(Service service, List<Feed> feeds) {
		if (!this.services.restore(service)) {
			// Forgotten and asked for again meanwhile: the other one is followed.
			feeds.forEach(Feed::close);
			return;
		}
		this.followed.add(service);
		this.watchesOfFollowed += feeds.size();
		keepTheLimit(service);
		feeds.forEach(Feed::open);
	}

	/** Returns the services of which a feed tells. */
	Collection<Service> servicesOf(Feed feed) {
		Service own = feed.own();
		return (own != null) ? List.of(own) : this.services.all();
	}

	/** A range was listed for the first time, or refused, or it took too long. */
	void answered(Feed feed) {
		servicesOf(feed).forEach(this.publisher::tellPart);
		if (feed.own() != null) {
			keepTheLimit(feed.own());
		}
	}

	/**
	 * Drops services where there are too many, but not the newest, because who asks for
	 * it is about to look, and none with instances to make room for names without answer.
	 */
	private void keepTheLimit(Service newest) {
		if (this.watchesOfFollowed > MAX_WATCHES) {
			long now = this.loop.now();
			this.followed.forEach((service) -> service.noteUse(now));
			List<Service> firstToGoFirst = droppable().filter((service) -> service != newest)
				.sorted(Comparator.comparing(Service::isKnown).thenComparingLong((service) -> service.lastUsed() - now))
				.toList();
			for (Service next : firstToGoFirst) {
				if (this.watchesOfFollowed <= MAX_WATCHES || (next.isKnown() && watchesOfKnown() <= MAX_WATCHES)) {
					return;
				}
				drop(next);
			}
		}
	}

	private int watchesOfKnown() {
		return this.followed.stream().filter(Service::isKnown).mapToInt((service) -> service.ownFeeds().size()).sum();
	}

	private void sweepLater() {
		this.loop.schedule(SWEEP, () -> {
			long now = this.loop.now();
			this.followed.forEach((service) -> service.noteUse(now));
			droppable().filter((service) -> now - service.lastUsed() >= UNUSED.toNanos()).toList().forEach(this::drop);
			sweepLater();
		});
	}

	private Stream<Service> droppable() {
		return this.followed.stream().filter(Service::canBeDropped);
	}

	private void drop(Service service) {
		this.followed.remove(service);
		this.watchesOfFollowed -= service.ownFeeds().size();
		service.unfollow();
		this.publisher.forget(service);
	}

	/** Ends everything but what readers see. */
	void close() {
		this.closed = true;
		this.loop.execute(() -> {
			// First: the end of the last watch must not look like its confirmation.
			this.staleness.close();
			this.shared.forEach(Feed::close);
			this.services.all().forEach((service) -> service.ownFeeds().forEach(Feed::close));
			this.watches.close();
		});
	}

}
