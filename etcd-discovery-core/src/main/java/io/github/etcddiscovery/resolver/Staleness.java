package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.watch.RangeWatches;
import org.jspecify.annotations.Nullable;

/**
 * How old what is shown is: zero while every watch is confirmed and nothing waits, else
 * the greatest of three: the time since the first of the watches that are not confirmed
 * was lost, or begun, or of what the snapshot file had was confirmed; the age of the
 * oldest change that etcd is known to have made and that has not arrived; that of the
 * oldest one that could not be shown. Where one of the first two comes to be more than
 * the stale timeout nothing is shown until both are less than half of that: not only
 * where they are zero, which under load they may never be. The third is of single
 * services, and must not empty all. Written on the loop's thread, read on any.
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

	/** Those of the unconfirmed of which is known what the snapshot file had. */
	private final Set<Object> fromFile = new HashSet<>();

	/** When that was confirmed: before any of the others was lost. */
	private long savedAt;

	private volatile @Nullable Long since;

	private EventLoop.Timer glances = EventLoop.Timer.NONE;

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
		return longer(ageOfAll(), this.publisher.stuckFor());
	}

	private Duration ageOfAll() {
		Long since = this.since;
		return longer((since != null) ? this.loop.since(since) : Duration.ZERO, this.watches.behindFor());
	}

	private static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	/** Sees to the stale timeout from now on, where there is one. */
	void start() {
		if (!this.timeout.isZero()) {
			this.glances = this.loop.repeat(GLANCE, this::look);
		}
	}

	/** Something may change unseen from now on. */
	void unconfirmed(Object watch) {
		this.unconfirmed.putIfAbsent(watch, this.loop.now());
		changed();
	}

	/**
	 * What is known is what the snapshot file had.
	 * @param savedAt when that was confirmed, the same for all
	 */
	void fromFile(Object watch, long savedAt) {
		this.fromFile.add(watch);
		this.savedAt = savedAt;
		unconfirmed(watch);
	}

	/** What is known is what etcd has told, though something may change unseen. */
	void listed(Object watch) {
		if (this.fromFile.remove(watch)) {
			changed();
		}
	}

	/** Nothing changes unseen any more, or nobody wants to know. */
	void confirmed(Object watch) {
		this.fromFile.remove(watch);
		this.unconfirmed.remove(watch);
		changed();
	}

	/** Nothing is watched any more: what is known grows old from now on. */
	void close() {
		this.glances.cancel();
		this.glances = EventLoop.Timer.NONE;
		unconfirmed("that nothing is watched");
	}

	private void changed() {
		Long first = this.unconfirmed.isEmpty() ? null : this.unconfirmed.values().iterator().next();
		this.since = this.fromFile.isEmpty() ? first : Long.valueOf(this.savedAt);
		if (this.glances != EventLoop.Timer.NONE) {
			look();
		}
	}

	private void look() {
		Duration age = ageOfAll();
		if (age.compareTo(this.timeout) >= 0) {
			this.publisher.emptied(true);
		}
		else if (age.compareTo(this.timeout.dividedBy(2)) < 0) {
			this.publisher.emptied(false);
		}
	}

}
