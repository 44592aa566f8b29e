package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The services that are followed one by one, and which of them to drop:
 * <ul>
 * <li>A service that nobody has asked for in ten minutes is dropped.
 * <li>Where more than a thousand watches are open, services without instances are
 * dropped; those with instances, the one asked for longest ago first, where theirs alone
 * are more than a thousand.
 * <li>Never dropped: a service with subscribers; one whose first answer somebody waits
 * for; and one with instances whose watch is not confirmed, because what cannot be asked
 * for again is not given away.
 * </ul>
 * Confined to the loop's thread.
 */
final class FollowedServices {

	/** A service that nobody has asked for in this time is not followed any more. */
	static final Duration UNUSED = Duration.ofMinutes(10);

	/** So many watches are open at most, but for those that are never dropped. */
	static final int MAX_WATCHES = 1_000;

	/** How soon whom to drop is looked for again, after there was nobody. */
	private static final Duration AGAIN = Duration.ofSeconds(1);

	private final EventLoop loop;

	private final Publisher publisher;

	private final Set<Service> services = new LinkedHashSet<>();

	private int watches;

	/** Before this time nobody is looked for, unless one comes to be droppable. */
	private long nextSearch;

	FollowedServices(EventLoop loop, Publisher publisher) {
		this.loop = loop;
		this.publisher = publisher;
		this.nextSearch = loop.now();
	}

	/** Adds a service, and returns whether it was not there. */
	boolean add(Service service) {
		boolean added = this.services.add(service);
		this.watches += added ? watches(service) : 0;
		return added;
	}

	/** One that no layout has a range for takes memory all the same. */
	private static int watches(Service service) {
		return Math.max(1, service.ownFeeds().size());
	}

	/**
	 * A service was answered, or confirmed: perhaps it is one that can be dropped now.
	 */
	void changed(Service service) {
		if (service.canBeDropped()) {
			this.nextSearch = this.loop.now();
		}
		keepTheLimit(service);
	}

	/**
	 * Drops services where there are too many, but none with instances to make room for
	 * names without answer.
	 * @param newest not to be dropped, because who asks for it is about to look; or null
	 */
	void keepTheLimit(@Nullable Service newest) {
		long now = this.loop.now();
		if (this.watches <= MAX_WATCHES || now - this.nextSearch < 0) {
			return;
		}
		int ofKnown = this.services.stream().filter(Service::isKnown).mapToInt(FollowedServices::watches).sum();
		List<Service> firstToGoFirst = droppable().filter((service) -> service != newest)
			// Read once: a lookup may change it while they are sorted.
			.map((service) -> Map.entry(service, service.lastUsed(now) - now))
			.sorted(Map.Entry.comparingByValue())
			.map(Map.Entry::getKey)
			.sorted(Comparator.comparing(Service::isKnown))
			.toList();
		for (Service next : firstToGoFirst) {
			if (this.watches <= MAX_WATCHES || (next.isKnown() && ofKnown <= MAX_WATCHES)) {
				break;
			}
			ofKnown -= next.isKnown() ? watches(next) : 0;
			drop(next);
		}
		if (this.watches > MAX_WATCHES) {
			this.nextSearch = now + AGAIN.toNanos();
		}
	}

	/** Drops what nobody has asked for in a long time. */
	void sweep() {
		long now = this.loop.now();
		this.services.forEach((service) -> service.noteUse(now));
		droppable().filter((service) -> now - service.lastUsed(now) >= UNUSED.toNanos()).toList().forEach(this::drop);
		keepTheLimit(null);
	}

	private Stream<Service> droppable() {
		return this.services.stream().filter(Service::canBeDropped);
	}

	private void drop(Service service) {
		this.services.remove(service);
		this.watches -= watches(service);
		service.unfollow();
		this.publisher.forget(service);
	}

}
