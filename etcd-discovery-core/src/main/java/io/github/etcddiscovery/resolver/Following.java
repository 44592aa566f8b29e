package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.github.etcddiscovery.loop.EventLoop;

/**
 * Services that are followed one by one, each for as long as somebody asks for it.
 * Confined to the loop's thread.
 */
final class Following {

	/** A service that nobody has asked for in this time is not followed any more. */
	static final Duration UNUSED = Duration.ofMinutes(10);

	/** So many watches are open at most, unless more than that are subscribed to. */
	static final int MAX_WATCHES = 1_000;

	private static final Duration SWEEP = Duration.ofMinutes(1);

	private final EventLoop loop;

	private final Predicate<String> pinned;

	private final Consumer<Slot> ended;

	private final Map<String, Followed> services = new LinkedHashMap<>();

	private int watches;

	private EventLoop.Timer timer = EventLoop.Timer.NONE;

	/**
	 * Begins with none.
	 * @param loop where it is confined to
	 * @param pinned tells whether a service has subscribers, so that it counts as used
	 * @param ended is told what is not followed any more
	 */
	Following(EventLoop loop, Predicate<String> pinned, Consumer<Slot> ended) {
		this.loop = loop;
		this.pinned = pinned;
		this.ended = ended;
	}

	void add(Slot slot, List<Feed> watches) {
		this.services.put(slot.service(), new Followed(slot, watches, this.loop.now()));
		this.watches += watches.size();
		if (this.watches > MAX_WATCHES) {
			noteUses();
			leastRecentlyUsed(slot).forEach(this::end);
		}
		if (this.services.size() == 1) {
			sweepLater();
		}
	}

	/** Ends every watch, and follows nothing. */
	void close() {
		this.timer.cancel();
		this.services.values().forEach((followed) -> followed.watches().forEach(Feed::close));
		this.services.clear();
	}

	private void sweepLater() {
		this.timer.cancel();
		this.timer = this.loop.schedule(SWEEP, () -> {
			noteUses();
			List.copyOf(this.services.values())
				.stream()
				.filter((followed) -> this.loop.since(followed.lastUsed()).compareTo(UNUSED) >= 0)
				.forEach(this::end);
			if (!this.services.isEmpty()) {
				sweepLater();
			}
		});
	}

	private void noteUses() {
		this.services.replaceAll((service, followed) -> {
			boolean used = followed.slot().takeUsed();
			return (used || this.pinned.test(service))
					? new Followed(followed.slot(), followed.watches(), this.loop.now()) : followed;
		});
	}

	private List<Followed> leastRecentlyUsed(Slot newest) {
		int surplus = this.watches - MAX_WATCHES;
		List<Followed> chosen = new ArrayList<>();
		for (Followed followed : this.services.values()
			.stream()
			.filter((any) -> any.slot() != newest && !this.pinned.test(any.slot().service()))
			.sorted(Comparator.comparingLong((any) -> -this.loop.since(any.lastUsed()).toNanos()))
			.toList()) {
			if (surplus > 0) {
				chosen.add(followed);
				surplus -= followed.watches().size();
			}
		}
		return chosen;
	}

	private void end(Followed followed) {
		this.services.remove(followed.slot().service());
		this.watches -= followed.watches().size();
		followed.watches().forEach(Feed::close);
		this.ended.accept(followed.slot());
	}

	/**
	 * A service that is followed.
	 */
	private record Followed(Slot slot, List<Feed> watches, long lastUsed) {

	}

}
