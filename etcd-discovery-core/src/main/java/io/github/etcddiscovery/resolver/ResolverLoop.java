package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import io.github.etcddiscovery.watch.WatchOptions;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/**
 * The write side of a resolver: which ranges are followed, when a service has been read,
 * and who is told. All of it happens on the loop's thread.
 */
final class ResolverLoop implements Feed.Owner, ServiceNames.Listener {

	private final EventLoop loop;

	private final Layouts layouts;

	private final Services services;

	private final FirstAnswer sharedAnswer;

	private final Watches watches;

	private final EntryReader reader;

	private final Publisher publisher;

	private final Staleness staleness;

	private final Followed followed;

	private final FollowedServices byService;

	/** The ranges of all services of a layout. */
	private final List<Feed> shared;

	ResolverLoop(EtcdClient client, EventLoop loop, ResolverOptions options, Layouts layouts, Services services,
			FirstAnswer sharedAnswer) {
		this.loop = loop;
		this.layouts = layouts;
		this.services = services;
		this.sharedAnswer = sharedAnswer;
		DiscoveryObserver observer = options.observer().guarded();
		ResolverOptions.Timing timing = options.timing();
		this.watches = client.watches(loop);
		this.reader = new EntryReader(options, new Rejections(loop, observer));
		this.publisher = new Publisher(loop, services, observer);
		this.publisher.readWhere(this::read);
		this.staleness = new Staleness(loop, this.watches, this.publisher, timing.staleTimeout());
		this.followed = new Followed(client, this.watches, loop,
				new WatchOptions(timing.retry(), observer, new SplittableRandom()), timing.resyncInterval(),
				this.reader, services, this.publisher, this.staleness);
		this.byService = new FollowedServices(loop, this::unfollow);
		this.shared = layouts.shared()
			.stream()
			.map((position) -> feed(position, requireNonNull(layouts.get(position).allServices()), null))
			.toList();
	}

	private Feed feed(int position, KeyRange range, @Nullable Service own) {
		Layout layout = this.layouts.get(position);
		return new Feed(layout, position, range, own, this.followed, this);
	}

	Staleness staleness() {
		return this.staleness;
	}

	EntryReader reader() {
		return this.reader;
	}

	Publisher publisher() {
		return this.publisher;
	}

	/** Begins to follow what is followed as a whole. */
	void start() {
		this.staleness.start();
		this.sharedAnswer.startWaiting(this.loop, () -> this.services.all().forEach(this::tellPart));
		this.shared.forEach(Feed::open);
		if (this.shared.isEmpty()) {
			this.services.markAllRead();
			this.sharedAnswer.come();
		}
	}

	/** Begins to follow a service. */
	void follow(Service service, FirstAnswer answer) {
		if (service.asked() != answer || !this.services.restore(service)) {
			answer.come();
			return;
		}
		answer.startWaiting(this.loop, () -> {
			tellPart(service);
			this.byService.keepTheLimit(service);
		});
		List<Feed> feeds = new ArrayList<>();
		for (int position : this.layouts.followedFor(service.name())) {
			feeds.add(feed(position, this.layouts.get(position).service(service.name()), service));
		}
		service.follow(feeds, this.loop.now());
		this.byService.add(service);
		feeds.forEach(Feed::open);
	}

	private void unfollow(Service service) {
		service.unfollow();
		for (int position : this.layouts.followedFor(service.name())) {
			service.entries().removeLayout(position);
		}
		this.publisher.forget(service);
	}

	/** Ends everything but what readers see. */
	void close() {
		// First: the end of the last watch must not look like its confirmation.
		this.staleness.close();
		this.shared.forEach(Feed::close);
		this.byService.close();
		this.watches.close();
		this.sharedAnswer.come();
		this.services.all().forEach(Service::endWait);
	}

	@Override
	public void listed(Feed feed) {
		Service own = feed.own();
		if (own != null) {
			// It can be READ now, though no instance is another.
			this.publisher.changed(own);
		}
		else if (!this.services.allRead() && this.shared.stream().allMatch(Feed::read)) {
			this.services.markAllRead();
			this.services.all().forEach(this.publisher::changed);
		}
		this.publisher.publishAll();
		endWaits(own);
	}

	@Override
	public void failed(Feed feed) {
		endWaits(feed.own());
	}

	/**
	 * A range was listed, or etcd has refused to: lookups whose last answer that was need
	 * not wait any more.
	 * @param own the service whose range it is, or null where it is that of all
	 */
	private void endWaits(@Nullable Service own) {
		if (!this.shared.stream().allMatch(Feed::answered)) {
			return;
		}
		if (own != null) {
			endWait(own);
			return;
		}
		boolean first = !this.sharedAnswer.hasCome();
		this.sharedAnswer.come();
		List.copyOf(this.byService.all()).forEach(this::endWait);
		if (first) {
			this.services.all().forEach(this::tellPart);
		}
	}

	private void endWait(Service service) {
		if (!service.waitIsOver() && service.feeds().stream().allMatch(Feed::answered)) {
			service.endWait();
			tellPart(service);
			this.byService.keepTheLimit(service);
		}
	}

	/** Tells whether every layout has answered for a service. */
	private boolean read(Service service) {
		if (!this.services.allRead()) {
			return false;
		}
		List<Feed> feeds = service.feeds();
		return feeds.isEmpty() ? this.layouts.followedFor(service.name()).isEmpty()
				: feeds.stream().allMatch(Feed::read);
	}

	/**
	 * Returns why a service has not been read, or null. Can be called on any thread.
	 */
	@Nullable EtcdDiscoveryException whyUnread(String name) {
		Service service = this.services.get(name);
		Stream<Feed> own = (service != null) ? service.feeds().stream() : Stream.empty();
		return Stream.concat(this.shared.stream(), own)
			.map(Feed::whyUnread)
			.filter((why) -> why != null)
			.findFirst()
			.orElse(null);
	}

	/** Returns where each layout stands. Can be called on any thread. */
	List<LayoutStatus> status() {
		List<Feed> feeds = Stream
			.concat(this.shared.stream(), this.services.all().stream().flatMap((service) -> service.feeds().stream()))
			.toList();
		return this.layouts.all().stream().map((layout) -> status(layout, feeds)).toList();
	}

	private LayoutStatus status(Layout layout, List<Feed> feeds) {
		return feeds.stream()
			.filter((feed) -> feed.layout().equals(layout))
			.map(Feed::problem)
			.filter((problem) -> problem != null)
			.min(Comparator.comparingLong(Feed.Problem::since))
			.map((problem) -> new LayoutStatus(layout, problem.cause(), this.loop.since(problem.since())))
			.orElse(new LayoutStatus(layout, null, Duration.ZERO));
	}

	@Override
	public void came(String name, long revision) {
		if (this.services.get(name) == null) {
			this.publisher.tellAll(new ServiceSnapshot(name, revision, List.of(), State.UNREAD));
		}
	}

	@Override
	public void went(String name, long revision) {
		if (this.services.get(name) == null) {
			this.publisher.tellAll(new ServiceSnapshot(name, revision, List.of(), State.READ));
		}
	}

	/** Begins to tell a subscriber of one service. */
	void subscribe(String name, Subscriber subscriber) {
		Service service = this.services.obtain(name);
		service.subscribers().add(subscriber);
		ServiceSnapshot snapshot = service.snapshot();
		if (snapshot.state() == State.READ || (service.waitIsOver() && !snapshot.instances().isEmpty())) {
			subscriber.offer(snapshot);
		}
	}

	/** Tells a subscriber of one service nothing more. */
	void unsubscribe(String name, Subscriber subscriber) {
		Service service = this.services.get(name);
		if (service != null) {
			service.subscribers().remove(subscriber);
			this.services.removeUnneeded(service);
		}
	}

	/**
	 * The layouts that have answered are told without the others once these had their
	 * time; but where they know nothing, nothing is known.
	 */
	private void tellPart(Service service) {
		ServiceSnapshot snapshot = service.snapshot();
		if (service.waitIsOver() && snapshot.state() == State.UNREAD && !snapshot.instances().isEmpty()) {
			service.subscribers().forEach((subscriber) -> subscriber.offer(snapshot));
		}
	}

}
