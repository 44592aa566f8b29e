package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.watch.RangeWatches;
import org.jspecify.annotations.Nullable;

/**
 * How old what is shown is: zero while every watch is confirmed and nothing waits, else
 * the greatest of three: the time since the first of the watches that are not confirmed
 * was lost, or begun; the age of the oldest change that etcd is known to have made and
 * that has not arrived; that of the oldest one that could not be shown. Where it comes to
 * be more than the stale timeout nothing is shown. Written on the loop's thread, read on
 * any.
 */
final class Staleness {

	/** How often the age is looked at where nothing says that it has changed. */
	private static final Duration GLANCE = Duration.ofSeconds(1);

	private final EventLoop loop;

	private final RangeWatches watches;

	private final Publisher publisher;

	private final Duration timeout;

	/** Since when each watch is not confirmed; the longest first. */
	private final Map<Object, Long> unconfirmed = new LinkedHashMap<>();

	private volatile @Nullable Long since;

	private EventLoop.Timer timer = EventLoop.Timer.NONE;

	private boolean closed;

	/**
	 * Begins with no watch.
	 * @param watches know what has not arrived
	 * @param publisher knows what could not be shown, and shows nothing where all is too
	 * old
	 * @param timeout how old what is shown may be; zero for as old as it gets
	 */
	Staleness(EventLoop loop, RangeWatches watches, Publisher publisher, Duration timeout) {
		this.loop = loop;
		this.watches = watches;
		this.publisher = publisher;
		this.timeout = timeout;
	}

	/** Returns the age. Can be called on any thread. */
	Duration age() {
		Long since = this.since;
		Duration unconfirmed = (since != null) ? this.loop.since(since) : Duration.ZERO;
		return Stream.of(unconfirmed, this.watches.behindFor(), this.publisher.stuckFor())
			.reduce(Duration.ZERO, (one, other) -> (one.compareTo(other) >= 0) ? one : other);
	}

	/** Something may change unseen from now on. */
	void unconfirmed(Object watch) {
		if (this.unconfirmed.putIfAbsent(watch, this.loop.now()) == null) {
			changed();
		}
	}

	/** Nothing changes unseen any more, or nobody wants to know. */
	void confirmed(Object watch) {
		if (this.unconfirmed.remove(watch) != null) {
			changed();
		}
	}

	/** Nothing is watched any more: what is known grows old from now on. */
	void close() {
		this.closed = true;
		this.timer.cancel();
		unconfirmed(this);
	}

	private void changed() {
		this.since = this.unconfirmed.isEmpty() ? null : this.unconfirmed.values().iterator().next();
		look();
	}

	/** Looks now, and again and again. */
	void look() {
		if (this.closed || this.timeout.isZero()) {
			return;
		}
		this.timer.cancel();
		Duration age = age();
		Duration left = this.timeout.minus(age);
		boolean tooOld = left.isNegative() || left.isZero();
		if (tooOld || age.isZero()) {
			this.publisher.emptied(tooOld);
		}
		this.timer = this.loop.schedule((tooOld || left.compareTo(GLANCE) > 0) ? GLANCE : left, this::look);
	}

}
