package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What has been seen of one key: by answers, by reads and by events of its watch. What is
 * older than what is known is no news; half of the events about our own writes come
 * before the write's answer. Confined to the loop's thread, but for {@link #outFor()}.
 */
final class Sight {

	static final Duration NEVER_STOOD = ChronoUnit.FOREVER.getDuration();

	private final EventLoop loop;

	/** What was last seen; null where nothing is known and the key has to be read. */
	private @Nullable Seen last = Seen.NOTHING_YET;

	/** The newest event that came while it could not be judged. */
	private @Nullable Seen unjudged;

	/** Whether a key of ours may stand in etcd; read by other threads. */
	private volatile boolean mayStand;

	/** When it was found to be gone; null where none was ever written. */
	private volatile @Nullable Long goneAt;

	Sight(EventLoop loop) {
		this.loop = loop;
	}

	@Nullable Seen last() {
		return this.last;
	}

	/** Whether the store is further on than what is known of this key. */
	boolean isOlderThan(long revision) {
		Seen known = this.last;
		return known != null && known.revision() < revision;
	}

	/** For how long no key of ours has stood in etcd. Can be called from any thread. */
	Duration outFor() {
		Long since = this.goneAt;
		if (this.mayStand) {
			return Duration.ZERO;
		}
		return (since == null) ? NEVER_STOOD : this.loop.since(since);
	}

	/** Nothing is known any more. */
	void lose() {
		this.last = null;
		this.unjudged = null;
	}

	/**
	 * An answer of etcd says what stands; an event that is newer says more.
	 * @return what is known now
	 */
	Seen learn(Seen news) {
		Seen event = this.unjudged;
		this.unjudged = null;
		Seen known = (event != null && event.newerThan(news)) ? event : news;
		this.last = known;
		return known;
	}

	/** An event is kept for when it can be judged. */
	void keep(Seen event) {
		if (this.unjudged == null || event.newerThan(this.unjudged)) {
			this.unjudged = event;
		}
	}

	boolean mayStand() {
		return this.mayStand;
	}

	/** Whether a key of ours may stand there now. */
	void mayStand(boolean ours) {
		if (this.mayStand && !ours) {
			this.goneAt = this.loop.now();
		}
		this.mayStand = ours;
	}

	/** A put that was sent was certainly not applied: all is as it was before. */
	void mayStandAsBefore(boolean ours) {
		this.mayStand = ours;
	}

}
