package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.loop.EventLoop;
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

	private final Watches watches;

	private final Publisher publisher;

	private final Duration timeout;

	/** Since when each watch is not confirmed; the longest first. */
	private final Map<Object, Long> unconfirmed = new LinkedHashMap<>();

	private final Set<Object> onceConfirmed = new HashSet<>();

	private volatile @Nullable Long since;

	private EventLoop.Timer timer = EventLoop.Timer.NONE;

	private boolean closed;

	/**
	 * Begins with no watch.
	 * @param watches knows what has not arrived
	 * @param publisher knows what could not be shown, and shows nothing where all is too
	 * old
	 * @param timeout how old what is shown may be; zero for as old as it gets
	 */
	Staleness(EventLoop loop, Watches watches, Publisher publisher, Duration timeout) {
		this.loop = loop;
		this.watches = watches;
		this.publisher = publisher;
		this.timeout = timeout;
	}

	/** Returns the age. Can be called on any thread. */
	Duration age() {
		Long since = this.since;
		Duration unconfirmed = (since != null) ? this.loop.since(since) : Duration.ZERO;
		return longest(longest(unconfirmed, this.watches.behindFor()), this.publisher.stuckFor());
	}

	private static Duration longest(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	void start() {
		look();
	}

	void begun(Object watch) {
		this.unconfirmed.put(watch, this.loop.now());
		changed();
	}

	void confirmed(Object watch) {
		this.onceConfirmed.add(watch);
		if (this.unconfirmed.remove(watch) != null) {
			changed();
		}
	}

	/**
	 * A watch was lost. One that we were never allowed to open has nothing that could
	 * grow old, and must not make all the others look stale for ever.
	 */
	void lost(Object watch, EtcdDiscoveryException cause) {
		if (cause.kind() == Kind.PERMISSION_DENIED && !this.onceConfirmed.contains(watch)) {
			this.unconfirmed.remove(watch);
		}
		else {
			this.unconfirmed.putIfAbsent(watch, this.loop.now());
		}
		changed();
	}

	void ended(Object watch) {
		this.onceConfirmed.remove(watch);
		if (this.unconfirmed.remove(watch) != null) {
			changed();
		}
	}

	/** Nothing is watched any more: what is known grows old from now on. */
	void close() {
		this.closed = true;
		this.timer.cancel();
		this.unconfirmed.putIfAbsent(this, this.loop.now());
		changed();
	}

	private void changed() {
		this.since = this.unconfirmed.isEmpty() ? null : this.unconfirmed.values().iterator().next();
		look();
	}

	private void look() {
		if (this.closed || this.timeout.isZero()) {
			return;
		}
		this.timer.cancel();
		Duration age = age();
		Duration left = this.timeout.minus(age);
		if (age.isZero()) {
			this.publisher.emptied(false);
		}
		else if (left.isNegative() || left.isZero()) {
			this.publisher.emptied(true);
		}
		this.timer = this.loop
			.schedule((left.compareTo(GLANCE) < 0 && !left.isNegative() && !left.isZero()) ? left : GLANCE, this::look);
	}

}
