package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;

/**
 * Shows readers and subscribers what has changed. A change marks its service; each marked
 * service is shown once, when the messages that had arrived by the time of its mark have
 * been applied, the oldest mark first, and none later than {@link #LATEST}. So changes
 * that arrive together are shown together. Confined to the loop's thread.
 */
final class Publisher {

	/** No change is kept from readers for longer, however many messages come. */
	static final Duration LATEST = Duration.ofMillis(50);

	/** So long messages wait for those who are shown, at most. */
	private static final Duration TURN = Duration.ofMillis(10);

	/** How soon something is tried again that went wrong, for want of memory perhaps. */
	private static final Duration AGAIN = Duration.ofSeconds(1);

	private final EventLoop loop;

	private final Services services;

	private final DiscoveryObserver observer;

	/** Services that have changed in a way that has not been shown. */
	private final Map<Service, Mark> marked = new LinkedHashMap<>();

	/** Told of all services, those that are not followed too. */
	private final Set<Subscriber> toAll = new LinkedHashSet<>();

	/** Told of all services that are followed. */
	private final Set<Subscriber> toFollowed = new LinkedHashSet<>();

	private Consumer<String> unfollowed = (service) -> {
	};

	private boolean turnComes;

	private boolean emptied;

	/** Since when something could not be shown, or 0 where nothing is in the way. */
	private volatile long stuckSince;

	Publisher(EventLoop loop, Services services, DiscoveryObserver observer) {
		this.loop = loop;
		this.services = services;
		this.observer = observer;
	}

	/** Returns for how long something could not be shown. Can be called on any thread. */
	Duration stuckFor() {
		long since = this.stuckSince;
		return (since != 0) ? this.loop.since(since) : Duration.ZERO;
	}

	/** Something of a service may be other than what is shown. */
	void changed(Service service) {
		Mark mark = this.marked.get(service);
		long since = (mark != null) ? mark.since() : this.loop.now();
		this.marked.put(service, new Mark(since, this.services.revision()));
		if (!this.turnComes) {
			this.turnComes = true;
			this.loop.execute(this::turn);
		}
	}

	/** Shows what has waited for too long. Called between the changes of a message. */
	void publishOverdue() {
		if (!this.marked.isEmpty() && this.loop.since(oldestMark().getValue().since()).compareTo(LATEST) >= 0) {
			publishFor(TURN);
		}
	}

	/** Shows everything that has changed. */
	void publishAll() {
		publishFor(Duration.ofDays(1));
	}

	/** Shows no instance of any service, or what there is again. */
	void emptied(boolean emptied) {
		if (this.emptied != emptied) {
			this.emptied = emptied;
			this.services.all().forEach(this::changed);
			publishAll();
		}
	}

	private void turn() {
		this.turnComes = false;
		publishFor(TURN);
		if (!this.marked.isEmpty()) {
			this.turnComes = true;
			this.loop.execute(this::turn);
		}
	}

	private void publishFor(Duration limit) {
		long began = this.loop.now();
		try {
			while (!this.marked.isEmpty() && this.loop.since(began).compareTo(limit) < 0) {
				Map.Entry<Service, Mark> oldest = oldestMark();
				publish(oldest.getKey(), oldest.getValue().revision());
				this.marked.remove(oldest.getKey());
			}
			this.services.publishNames();
			this.stuckSince = 0;
		}
		catch (Throwable ex) {
			onceAgain();
			throw ex;
		}
	}

	private Map.Entry<Service, Mark> oldestMark() {
		return this.marked.entrySet().iterator().next();
	}

	/** What could not be shown stays marked, and shows in the age of what is. */
	private void onceAgain() {
		if (this.stuckSince == 0) {
			this.stuckSince = this.marked.isEmpty() ? this.loop.now() : oldestMark().getValue().since();
		}
		this.turnComes = true;
		this.loop.schedule(AGAIN, this::turn);
	}

	private void publish(Service service, long revision) {
		ServiceSnapshot before = service.snapshot();
		if (show(service, revision)) {
			ServiceSnapshot now = service.snapshot();
			tellOfName(now);
			this.toFollowed.forEach((subscriber) -> subscriber.offer(now));
			if (now.state() == State.READ || service.waitIsOver()) {
				service.subscribers().forEach((subscriber) -> subscriber.offer(now));
			}
			if (now.instances() != before.instances()) {
				this.observer.instances(service.name(), now.instances().size());
			}
		}
	}

	/**
	 * A service is not followed any more. That is no change of it: nobody is told, and
	 * what readers see is what is known without its own ranges.
	 */
	void forget(Service service) {
		show(service, this.services.revision());
		this.services.publishNames();
		this.unfollowed.accept(service.name());
	}

	/** Adds one who is to know when a service is not followed any more. */
	void onUnfollow(Consumer<String> unfollowed) {
		this.unfollowed = this.unfollowed.andThen(unfollowed);
	}

	/**
	 * Replaces the snapshot of a service where that is not as it has to be.
	 * @param revision newest revision that was known when the service changed
	 * @return whether it was not
	 */
	private boolean show(Service service, long revision) {
		ServiceSnapshot before = service.snapshot();
		State state = service.state();
		List<Instance> instances = toBeShown(service, before.instances());
		boolean same = instances == before.instances();
		boolean replaced = !same || before.state() != state;
		if (replaced) {
			long at = (same && before.revision() > 0) ? before.revision() : revision;
			service.show(new ServiceSnapshot(service.name(), at, instances, state));
		}
		this.services.noteName(service.name());
		this.services.removeUnneeded(service);
		return replaced;
	}

	/**
	 * Between the entries and the snapshot: the one place where what stands in etcd can
	 * be held back, as it is where all is too old.
	 */
	private List<Instance> toBeShown(Service service, List<Instance> before) {
		return this.emptied ? List.of() : service.entries().list(before);
	}

	/** Tells those who want to know of services that are not followed too. */
	void tellOfName(ServiceSnapshot snapshot) {
		this.toAll.forEach((subscriber) -> subscriber.offer(snapshot));
	}

	/** Those who are told of all services; for adding and removing. */
	Set<Subscriber> toAll() {
		return this.toAll;
	}

	/** Those who are told of all that are followed; for adding and removing. */
	Set<Subscriber> toFollowed() {
		return this.toFollowed;
	}

	/** Begins to tell a subscriber of one service. */
	void subscribe(String name, Subscriber subscriber) {
		Service service = this.services.obtain(name);
		service.subscribers().add(subscriber);
		ServiceSnapshot snapshot = service.snapshot();
		if (snapshot.state() == State.READ || isPartToBeTold(service)) {
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
	 * The wait for the first answers is over, perhaps: the layouts that have answered are
	 * told without the others.
	 */
	void tellPart(Service service) {
		if (isPartToBeTold(service)) {
			service.subscribers().forEach((subscriber) -> subscriber.offer(service.snapshot()));
		}
	}

	/** Where the layouts that have answered know nothing, nothing is known. */
	private static boolean isPartToBeTold(Service service) {
		ServiceSnapshot snapshot = service.snapshot();
		return service.waitIsOver() && snapshot.state() == State.UNREAD && !snapshot.instances().isEmpty();
	}

	/**
	 * What is to be shown of a service.
	 *
	 * @param since when the first change came
	 * @param revision newest revision that was known when the last one came
	 */
	private record Mark(long since, long revision) {

	}

}
