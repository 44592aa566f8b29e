package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

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

	private final ArrayDeque<Service> marked = new ArrayDeque<>();

	private final Set<Subscriber> toAll = new LinkedHashSet<>();

	private final TreeSet<String> names = new TreeSet<>();

	private Predicate<Service> read = (service) -> false;

	private Consumer<String> unfollowed = (service) -> {
	};

	private boolean namesChanged;

	private boolean turnComes;

	private boolean emptied;

	/** Since when something could not be shown, or 0 where nothing is in the way. */
	private volatile long stuckSince;

	Publisher(EventLoop loop, Services services, DiscoveryObserver observer) {
		this.loop = loop;
		this.services = services;
		this.observer = observer;
	}

	/**
	 * Names what tells whether every layout has answered for a service. Called once,
	 * before anything else.
	 */
	void readWhere(Predicate<Service> read) {
		this.read = read;
	}

	/** Returns for how long something could not be shown. Can be called on any thread. */
	Duration stuckFor() {
		long since = this.stuckSince;
		return (since != 0) ? this.loop.since(since) : Duration.ZERO;
	}

	/** Those who are told of all services; for adding and removing. */
	Set<Subscriber> toAll() {
		return this.toAll;
	}

	/** Something of a service may be other than what is shown. */
	void changed(Service service) {
		if (service.markChanged(this.loop.now(), this.services.revision())) {
			this.marked.add(service);
			if (!this.turnComes) {
				this.turnComes = true;
				this.loop.execute(() -> turn(TURN));
			}
		}
	}

	/** Shows what has waited for too long. Called between the changes of a message. */
	void publishOverdue() {
		Service oldest = this.marked.peek();
		if (oldest != null && this.loop.since(oldest.changedSince()).compareTo(LATEST) >= 0) {
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

	private void turn(Duration limit) {
		this.turnComes = false;
		publishFor(limit);
		if (!this.marked.isEmpty()) {
			this.turnComes = true;
			this.loop.execute(() -> turn(limit));
		}
	}

	private void publishFor(Duration limit) {
		long began = this.loop.now();
		try {
			Service service = this.marked.peek();
			while (service != null && this.loop.since(began).compareTo(limit) < 0) {
				publish(service);
				service.unmark();
				this.marked.remove();
				service = this.marked.peek();
			}
			publishNames();
			this.stuckSince = 0;
		}
		catch (RuntimeException | Error ex) {
			onceAgain();
			throw ex;
		}
	}

	/** What could not be shown stays marked, and shows in the age of what is. */
	private void onceAgain() {
		if (this.stuckSince == 0) {
			Service oldest = this.marked.peek();
			this.stuckSince = (oldest != null) ? oldest.changedSince() : this.loop.now();
		}
		this.turnComes = true;
		this.loop.schedule(AGAIN, () -> turn(TURN));
	}

	private void publishNames() {
		if (this.namesChanged) {
			this.services.names(List.copyOf(this.names));
			this.namesChanged = false;
		}
	}

	private void publish(Service service) {
		ServiceSnapshot before = service.snapshot();
		ServiceSnapshot now = next(service, before);
		if (now != null) {
			noteName(service.name(), !now.instances().isEmpty());
			service.show(now);
			tell(service, now);
			if (now.instances() != before.instances()) {
				this.observer.instances(service.name(), now.instances().size());
			}
		}
		this.services.removeUnneeded(service);
	}

	/** Returns what takes the place of a snapshot, or null where it stays. */
	private @Nullable ServiceSnapshot next(Service service, ServiceSnapshot before) {
		State state = this.read.test(service) ? State.READ : State.UNREAD;
		// Between the entries and the snapshot is the place to hold back a mass loss.
		List<Instance> instances = shown(service, before);
		boolean same = instances == before.instances();
		if (same && before.state() == state) {
			return null;
		}
		long revision = (same && before.revision() > 0) ? before.revision() : service.changedAt();
		return new ServiceSnapshot(service.name(), revision, instances, state);
	}

	private List<Instance> shown(Service service, ServiceSnapshot before) {
		if (!this.emptied) {
			return service.entries().list(before.instances());
		}
		return before.instances().isEmpty() ? before.instances() : List.of();
	}

	private void noteName(String name, boolean present) {
		this.namesChanged |= present ? this.names.add(name) : this.names.remove(name);
	}

	private void tell(Service service, ServiceSnapshot snapshot) {
		tellAll(snapshot);
		if (snapshot.state() == State.READ || service.waitIsOver()) {
			service.subscribers().forEach((subscriber) -> subscriber.offer(snapshot));
		}
	}

	/** Tells those who are told of all services. */
	void tellAll(ServiceSnapshot snapshot) {
		this.toAll.forEach((subscriber) -> subscriber.offer(snapshot));
	}

	/**
	 * A service is not followed any more. That is no change of it: nobody is told, and
	 * what readers see is what is known without its own ranges.
	 */
	void forget(Service service) {
		ServiceSnapshot now = next(service, service.snapshot());
		if (now != null) {
			service.show(now);
		}
		noteName(service.name(), !service.snapshot().instances().isEmpty());
		publishNames();
		this.services.removeUnneeded(service);
		this.unfollowed.accept(service.name());
	}

	/** Adds one who is to know when a service is not followed any more. */
	void onUnfollow(Consumer<String> unfollowed) {
		this.unfollowed = this.unfollowed.andThen(unfollowed);
	}

}
