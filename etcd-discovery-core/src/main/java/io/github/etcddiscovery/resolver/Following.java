package io.github.etcddiscovery.resolver;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.probe.TcpProbe;
import io.github.etcddiscovery.watch.RangeWatches;
import org.jspecify.annotations.Nullable;

/**
 * Which ranges are followed: those of all services of a layout for as long as the
 * resolver is open, those of single services from when somebody asks for them until
 * {@link FollowedServices} drops them. Confined to the loop's thread, but for what says
 * that it is not.
 */
final class Following {

	/** So long the end waits for a disk. */
	private static final Duration LAST_WRITE = Duration.ofSeconds(1);

	private static final Duration SWEEP = Duration.ofMinutes(1);

	private final ResolverContext context;

	private final Rejections rejections;

	private final List<LayoutReader> layouts;

	/** Those of the layouts that are followed service by service. */
	private final List<LayoutReader> oneByOne;

	/** The ranges of all services of a layout. */
	private final List<Feed> shared;

	private final FollowedServices followed;

	private final LastKnown lastKnown;

	private volatile boolean closed;

	/**
	 * Prepares.
	 * @param workers read and write the snapshot file
	 * @param probe is handed to who asks for it, and closed at the end
	 * @param asked is what the mass-loss guard asks
	 */
	Following(EtcdClient client, ResolverOptions options, EventLoop loop, Workers workers, TcpProbe probe,
			MassLossGuard.Probe asked) {
		RandomGenerator random = new SplittableRandom();
		RangeWatches watches = new RangeWatches(client, loop, options.timing().retry(), options.observer(), random);
		Services services = new Services(this::feedsUnlessAsked);
		Publisher publisher = new Publisher(loop, services, options.observer());
		MassLossGuard guard = new MassLossGuard(client, loop, options.guard(), publisher, asked);
		Staleness staleness = new Staleness(loop, watches, publisher, options.timing().staleTimeout());
		this.context = new ResolverContext(client, loop, options, random, watches, services, publisher, guard,
				staleness, probe);
		this.lastKnown = new LastKnown(this.context, workers, this::feeds);
		this.followed = new FollowedServices(loop, publisher);
		this.rejections = new Rejections(loop, options.observer(), options.deniedAddresses());
		this.layouts = LayoutReader.ofAll(options, this.rejections);
		this.oneByOne = this.layouts.stream().filter((layout) -> wholeRange(layout).isEmpty()).toList();
		this.shared = this.layouts.stream().flatMap((layout) -> feed(layout, wholeRange(layout), null)).toList();
	}

	private Stream<Feed> feed(LayoutReader layout, Optional<KeyRange> range, @Nullable Service own) {
		return range.stream().map((found) -> new Feed(this, layout, found, own));
	}

	/** Returns the range by which a layout is followed as a whole, or nothing. */
	private Optional<KeyRange> wholeRange(LayoutReader layout) {
		return layout.allServices().filter((range) -> this.context.options().scope() == Scope.PREFIX);
	}

	ResolverContext context() {
		return this.context;
	}

	LastKnown lastKnown() {
		return this.lastKnown;
	}

	/**
	 * Returns those layouts whose services are followed one by one because of the scope.
	 */
	List<LayoutReader> layoutsOfSingleServices() {
		return (this.context.options().scope() == Scope.SERVICE) ? this.layouts : List.of();
	}

	/** Leaves out addresses that must not be used. For any thread. */
	List<InetAddress> usable(String host, List<InetAddress> addresses) {
		return this.rejections.usable(host, addresses);
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

	/** Returns what tells of all services that are read as a whole. For any thread. */
	List<Feed> shared() {
		return this.closed ? List.of() : this.shared;
	}

	/**
	 * Sees to it that a service is followed, and returns what tells of it: nothing after
	 * the end. For any thread.
	 */
	List<Feed> ask(String name) {
		Service known = this.context.services().get(name);
		List<Feed> feeds = (known != null) ? known.feeds() : feedsUnlessAsked(name);
		if (feeds == null && !this.closed) {
			feeds = askFor(this.context.services().obtain(name));
		}
		return (feeds == null || this.closed) ? List.of() : feeds;
	}

	private @Nullable List<Feed> askFor(Service service) {
		if (service.feeds() == null) {
			List<Feed> own = this.oneByOne.stream()
				.filter((layout) -> layout.carries(service.name()))
				.flatMap((layout) -> feed(layout, layout.rangeOf(service.name()), service))
				.toList();
			if (service.ask(Stream.concat(this.shared.stream(), own.stream()).toList())) {
				this.context.loop().execute(() -> follow(service));
			}
		}
		return service.feeds();
	}

	/** Returns why a service has not been read, or null. For any thread. */
	@Nullable EtcdDiscoveryException whyUnread(String name) {
		Service service = this.context.services().get(name);
		List<Feed> feeds = (service != null) ? service.feeds() : null;
		return ((feeds != null) ? feeds : this.shared).stream()
			.map(Feed::whyUnread)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/** Returns where each layout stands. For any thread. */
	List<LayoutStatus> status() {
		List<Feed> feeds = feeds();
		return this.layouts.stream().map((layout) -> LayoutStatus.of(layout, feeds, this.context.loop())).toList();
	}

	private List<Feed> feeds() {
		return this.oneByOne.isEmpty() ? this.shared
				: Stream
					.concat(this.shared.stream(),
							this.context.services().all().stream().flatMap((service) -> service.ownFeeds().stream()))
					.toList();
	}

	// From here on: confined to the loop's thread

	void start() {
		this.lastKnown.start();
		this.context.loop().repeat(SWEEP, this::sweep);
		this.context.staleness().start();
		this.shared.forEach(Feed::open);
	}

	/** Does also what could not be done when it was asked for. */
	private void sweep() {
		this.shared.forEach(Feed::open);
		if (!this.oneByOne.isEmpty()) {
			this.context.services()
				.all()
				.stream()
				.filter((service) -> !service.ownFeeds().isEmpty())
				.forEach(this::follow);
		}
		this.followed.sweep();
	}

	private void follow(Service service) {
		if (!this.context.services().restore(service)) {
			// Forgotten and asked for again meanwhile: the other one is followed.
			service.ownFeeds().forEach(Feed::close);
			return;
		}
		boolean begins = this.followed.add(service);
		service.ownFeeds().forEach(Feed::open);
		this.followed.keepTheLimit(service);
		if (begins) {
			// Where lookups do not wait at all they are answered already.
			this.context.publisher().tellUnread(service);
		}
	}

	/** Returns the services of which a feed tells. */
	Collection<Service> servicesOf(Feed feed) {
		Service own = feed.own();
		return (own != null) ? List.of(own) : this.context.services().all();
	}

	/** A range was listed for the first time, or refused, or it took too long. */
	void answered(Feed feed) {
		servicesOf(feed).forEach(this.context.publisher()::tellUnread);
		confirmed(feed);
	}

	/** A service can be asked for again now, or nobody waits for it any more. */
	void confirmed(Feed feed) {
		if (feed.own() != null) {
			this.followed.changed(feed.own());
		}
	}

	/**
	 * Ends everything but what readers see, and waits a moment for the snapshot file
	 * where there is one. For any thread.
	 * @param last runs on the loop's thread afterwards
	 */
	void close(Runnable last) {
		this.closed = true;
		CompletableFuture<Void> written = new CompletableFuture<>();
		this.context.probe().close();
		this.context.loop().execute(() -> {
			this.context.loop().isolated(() -> this.lastKnown.close().thenRun(() -> written.complete(null)));
			// First: the end of the last watch must not look like its confirmation.
			this.context.staleness().close();
			this.shared.forEach(Feed::close);
			this.context.services().all().forEach((service) -> service.ownFeeds().forEach(Feed::close));
			this.context.watches().close();
		});
		this.context.loop().execute(last);
		if (this.lastKnown.isKept() && !this.context.loop().isRunningHere()) {
			Workers.await(written, LAST_WRITE);
		}
	}

}
