package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.etcddiscovery.loop.EventLoop;

/**
 * Services that are followed one by one, each for as long as somebody asks for it.
 * Confined to the loop's thread.
 * <ul>
 * <li>One that nobody has asked for in ten minutes is dropped.
 * <li>Where more than a thousand watches are open, services without instances are dropped
 * first, then those that were asked for longest ago.
 * <li>Never dropped: a service with subscribers; one whose first answer somebody waits
 * for; and one with instances whose watch is not confirmed, because what cannot be asked
 * for again is not given away.
 * </ul>
 */
final class FollowedServices {

	/** A service that nobody has asked for in this time is not followed any more. */
	static final Duration UNUSED = Duration.ofMinutes(10);

	/** So many watches are open at most, but for those that are never dropped. */
	static final int MAX_WATCHES = 1_000;

	private static final Duration SWEEP = Duration.ofMinutes(1);

	private static final Comparator<Service> WITHOUT_INSTANCES_FIRST = Comparator
		.comparing((Service service) -> !service.snapshot().instances().isEmpty());

	private final EventLoop loop;

	private final Consumer<Service> dropped;

	private final Set<Service> services = new LinkedHashSet<>();

	private int watches;

	private EventLoop.Timer timer = EventLoop.Timer.NONE;

	/**
	 * Begins with none.
	 * @param loop where it is confined to
	 * @param dropped is told what is not to be followed any more
	 */
	FollowedServices(EventLoop loop, Consumer<Service> dropped) {
		this.loop = loop;
		this.dropped = dropped;
	}

	/** Adds a service that has begun to be followed. */
	void add(Service service) {
		this.services.add(service);
		this.watches += service.feeds().size();
		if (this.services.size() == 1) {
			sweepLater();
		}
		keepTheLimit(service);
	}

	Set<Service> all() {
		return this.services;
	}

	/**
	 * Drops services where there are too many.
	 * @param newest is not dropped: whoever asks for it is about to look
	 */
	void keepTheLimit(Service newest) {
		if (this.watches <= MAX_WATCHES) {
			return;
		}
		long now = this.loop.now();
		this.services.forEach((service) -> service.noteUse(now));
		Comparator<Service> firstToGo = WITHOUT_INSTANCES_FIRST
			.thenComparingLong((service) -> service.lastUsed() - now);
		Optional<Service> next = Optional.of(newest);
		while (next.isPresent() && this.watches > MAX_WATCHES) {
			next = droppable().filter((service) -> service != newest).min(firstToGo);
			next.ifPresent(this::drop);
		}
	}

	/** Ends every watch, and follows nothing. */
	void close() {
		this.timer.cancel();
		this.services.forEach((service) -> service.feeds().forEach(Feed::close));
		this.services.clear();
	}

	private void sweepLater() {
		this.timer.cancel();
		this.timer = this.loop.schedule(SWEEP, () -> {
			sweep();
			if (!this.services.isEmpty()) {
				sweepLater();
			}
		});
	}

	private void sweep() {
		long now = this.loop.now();
		this.services.forEach((service) -> service.noteUse(now));
		List<Service> unused = droppable().filter((service) -> now - service.lastUsed() >= UNUSED.toNanos()).toList();
		unused.forEach(this::drop);
	}

	private Stream<Service> droppable() {
		return this.services.stream().filter(Service::canBeDropped);
	}

	private void drop(Service service) {
		this.services.remove(service);
		this.watches -= service.feeds().size();
		this.dropped.accept(service);
	}

}
