package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows readers and subscribers what has changed. A change marks its service; each marked
 * service is shown once, when the messages that had arrived by the time of its mark have
 * been applied, the oldest mark first, and none later than {@link #LATEST}. So changes
 * that arrive together are shown together. A service that cannot be shown, or told of, is
 * tried again every second, and keeps no other one from being shown. Confined to the
 * loop's thread.
 */
final class Publisher {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	/** No change is kept from readers for longer, however many messages come. */
	static final Duration LATEST = Duration.ofMillis(50);

	/** So long messages wait for those who are shown, at most. */
	private static final Duration TURN = Duration.ofMillis(10);

	/** How soon something is tried again that went wrong, for want of memory perhaps. */
	private static final Duration AGAIN = Duration.ofSeconds(1);

	private static final Duration NO_LIMIT = Duration.ofDays(1);

	private final EventLoop loop;

	private final Services services;

	private final DiscoveryObserver observer;

	/** Services that have changed in a way that has not been shown. */
	private final Map<Service, Mark> marked = new LinkedHashMap<>();

	/** Those that went wrong, and are not marked before they are tried again. */
	private final Set<Service> stuck = new LinkedHashSet<>();

	/** Told of all services, those that are not followed too. */
	private final Set<Subscriber> toAll = new LinkedHashSet<>();

	/** Told of all services that are followed. */
	private final Set<Subscriber> toFollowed = new LinkedHashSet<>();

	private boolean turnComes;

	private boolean emptied;

	/** Since when something could not be shown, or 0 where nothing is in the way. */
	private volatile long stuckSince;

	Publisher(EventLoop loop, Services services, DiscoveryObserver observer) {
		this.loop = loop;
		this.services = services;
		this.observer = observer;
		loop.repeat(AGAIN, this::onceAgain);
	}

	/** Returns for how long something could not be shown. Can be called on any thread. */
	Duration stuckFor() {
		long since = this.stuckSince;
		return (since != 0) ? this.loop.since(since) : Duration.ZERO;
	}

	/** Something of a service may be other than what is shown. */
	void changed(Service service) {
		if (!this.stuck.contains(service)) {
			Mark mark = this.marked.get(service);
			long since = (mark != null) ? mark.since() : this.loop.now();
			this.marked.put(service, new Mark(since, this.services.revision()));
			letTurnCome();
		}
	}

	private void letTurnCome() {
		if (!this.turnComes && !this.marked.isEmpty()) {
			this.loop.execute(this::turn);
			this.turnComes = true;
		}
	}

	private void turn() {
		this.turnComes = false;
		publishFor(TURN);
		letTurnCome();
	}

	/** Shows what has waited for too long. Called between the changes of a message. */
	void publishOverdue() {
		Iterator<Mark> oldestFirst = this.marked.values().iterator();
		if (oldestFirst.hasNext() && this.loop.since(oldestFirst.next().since()).compareTo(LATEST) >= 0) {
			publishFor(TURN);
		}
	}

	/** Shows everything that has changed. */
	void publishAll() {
		publishFor(NO_LIMIT);
	}

	/** Shows no instance of any service, or what there is again. */
	void emptied(boolean emptied) {
		if (this.emptied != emptied) {
			this.services.all().forEach(this::changed);
			this.emptied = emptied;
			publishAll();
		}
	}

	/** Tells whether what is shown is nothing, whatever there is. */
	boolean isEmptied() {
		return this.emptied;
	}

	/** Tries what went wrong; to let the next turn come may be what did. */
	private void onceAgain() {
		if (this.stuckSince != 0) {
			this.stuck
				.removeIf((service) -> succeeds(() -> publish(service, this.services.revision()), this.stuckSince));
			publishAll();
		}
		letTurnCome();
	}

	private void publishFor(Duration limit) {
		long began = this.loop.now();
		Iterator<Map.Entry<Service, Mark>> oldestFirst = this.marked.entrySet().iterator();
		while (oldestFirst.hasNext() && this.loop.since(began).compareTo(limit) < 0) {
			Map.Entry<Service, Mark> next = oldestFirst.next();
			Service service = next.getKey();
			Mark mark = next.getValue();
			if (!succeeds(() -> publish(service, mark.revision()), mark.since())) {
				this.stuck.add(service);
			}
			oldestFirst.remove();
		}
		if (succeeds(this.services::publishNames, began) && this.stuck.isEmpty()) {
			this.stuckSince = 0;
		}
	}

	/** Nothing that goes wrong here says anything of what was received from etcd. */
	private boolean succeeds(Runnable publication, long since) {
		try {
			publication.run();
			return true;
		}
		catch (Throwable ex) {
			if (this.stuckSince == 0) {
				this.stuckSince = since;
				logger.warn("What has changed of a service cannot be shown; trying again until it can", ex);
			}
			return false;
		}
	}

	/**
	 * To be shown and to be told are two things: where the second fails it is due. A
	 * snapshot is replaced when its service has changed, and only then.
	 */
	@SuppressWarnings("ReferenceEquality")
	private void publish(Service service, long revision) {
		show(service, revision);
		ServiceSnapshot before = service.told();
		ServiceSnapshot now = service.snapshot();
		if (now != before) {
			tellOfName(now);
			tell(this.toFollowed, now);
			if (now.state() == State.READ || service.waitIsOver()) {
				tell(service.subscribers(), now);
			}
			if (now.instances() != before.instances()) {
				this.observer.instances(service.name(), now.instances().size());
			}
			service.wasTold(now);
		}
	}

	private static void tell(Set<Subscriber> subscribers, ServiceSnapshot snapshot) {
		subscribers.forEach((subscriber) -> subscriber.offer(snapshot));
	}

	/**
	 * A service is not followed any more. That is no change of it: only those are told
	 * who follow what is followed, and the others where its name goes with it. What
	 * readers see is what is known without its own ranges. Marked first: where something
	 * is thrown it is shown as a change.
	 */
	void forget(Service service) {
		changed(service);
		show(service, this.services.revision());
		this.services.publishNames();
		boolean known = !service.told().instances().isEmpty();
		service.wasTold(service.snapshot());
		tell(this.toFollowed, service.snapshot());
		if (known && !this.services.isNamed(service.name())) {
			tellOfName(service.snapshot());
		}
	}

	/**
	 * Replaces the snapshot of a service where that is not as it has to be.
	 * @param revision newest revision that was known when the service changed
	 */
	private void show(Service service, long revision) {
		ServiceSnapshot before = service.snapshot();
		State state = service.state();
		List<Instance> instances = toBeShown(service, before.instances());
		boolean same = instances == before.instances();
		if (!same || before.state() != state) {
			long at = (same && before.revision() > 0) ? before.revision() : revision;
			this.services.show(service, new ServiceSnapshot(service.name(), at, instances, state));
		}
		this.services.noteName(service.name());
		this.services.removeUnneeded(service);
	}

	private List<Instance> toBeShown(Service service, List<Instance> before) {
		return this.emptied ? ServiceSnapshot.Instances.NONE : service.toBeShown(before);
	}

	/** Tells those who want to know of services that are not followed too. */
	void tellOfName(ServiceSnapshot snapshot) {
		tell(this.toAll, snapshot);
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
		if (service.snapshot().state() == State.READ || isPartToBeTold(service)) {
			subscriber.offer(service.snapshot());
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
	 * told without the others. Where they know nothing, all are told that lookups are
	 * answered without a service that has a name: when it is read, that is news.
	 */
	void tellUnread(Service service) {
		if (isPartToBeTold(service)) {
			tell(service.subscribers(), service.snapshot());
		}
		else if (service.isAnsweredUnread() && this.services.isNamed(service.name())) {
			tellOfName(service.snapshot());
		}
	}

	private static boolean isPartToBeTold(Service service) {
		return service.isAnsweredUnread() && !service.snapshot().instances().isEmpty();
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
