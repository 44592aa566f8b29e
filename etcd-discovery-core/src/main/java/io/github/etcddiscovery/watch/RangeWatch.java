package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a range of keys for as long as it is open: lists it at a revision, watches it
 * from there, and begins again with a list whenever that ends. A watch is never resumed,
 * so no way of ending needs a care of its own.
 *
 * <pre>
 * state              signal                                   next
 * QUEUED             its turn to list                         LISTING
 * LISTING            a page                                   LISTING, the page told
 * LISTING            list done at revision R                  WATCHING from R (what is not above R is
 *                                                             dropped), told, marked where R is below the
 *                                                             last revision seen
 * LISTING, WATCHING  no answer, error, end of the watch,      WAITING for the backoff
 *                    compacted, not confirmed within
 *                    max(3 s, request timeout), revision
 *                    went back, the listener throws
 * WATCHING           confirmed below the greatest revision    WATCHING, not told before the leader has
 *                    seen                                     answered; a probe without answer is an error
 * LISTING, WATCHING  login, permission or space refused       WAITING, at the slow pace
 * WATCHING           events                                   WATCHING, told revision by revision
 * WATCHING           confirmed for 10 s                       WATCHING, attempts = 0
 * WAITING            delay over                               QUEUED
 * WAITING, QUEUED    each second                              QUEUED, where it is time to and the timer or
 *                                                             the place was lost for want of memory
 * any                close                                    CLOSED
 * </pre>
 *
 * All methods are called, and the listener is told, on the thread of the loop. Not part
 * of the API that users write against; may change.
 */
public final class RangeWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RangeWatch.class);

	private static final Duration STABLE = Duration.ofSeconds(10);

	private final RangeWatches shared;

	private final KeyRange range;

	private final RangeListener listener;

	private final Streak streak;

	private State state = State.NEW;

	/** The attempt that lists or watches; every other one is over. */
	private @Nullable Attempt attempt;

	private EventLoop.Timer delay = EventLoop.Timer.NONE;

	/** When a wait is over. */
	private long due;

	private EventLoop.Timer stable = EventLoop.Timer.NONE;

	/** Revision up to which everything was told; 0 before the first list. */
	private long told;

	/** Greatest revision that etcd has named, which other keys may have caused. */
	private long greatest;

	/** Whether etcd was found to have lost data since the last list. */
	private boolean wentBack;

	/** Why the next list is not the first, or null where it is. */
	private @Nullable String reason;

	RangeWatch(RangeWatches shared, KeyRange range, RangeListener listener) {
		this.shared = shared;
		this.range = range;
		this.listener = listener;
		this.streak = new Streak(range, shared);
	}

	/** Begins with the first list. Does nothing the second time. */
	public void start() {
		if (this.state == State.NEW) {
			this.shared.opened(this);
			queue();
		}
	}

	/**
	 * Returns the greatest revision that etcd has named to this watch.
	 * @return the revision; 0 where it has named none
	 */
	public long greatestRevision() {
		return this.greatest;
	}

	/**
	 * A linearizable answer has named a revision below one that etcd had named before:
	 * everything is listed anew.
	 * @param from the greater one, known before the question was asked
	 * @param to the answer's
	 */
	public void storeWentBack(long from, long to) {
		if (this.state == State.WATCHING) {
			lost(Ending.wentBack(from, to));
		}
	}

	/**
	 * What was told could not be applied: the attempt ends, and everything is listed
	 * anew.
	 * @param cause why
	 */
	public void beginAnew(EtcdDiscoveryException cause) {
		if (this.state == State.WATCHING) {
			lost(Ending.by(cause));
		}
	}

	/** Ends everything; the listener is not told any more. Can be called twice. */
	@Override
	public void close() {
		this.state = State.CLOSED;
		this.shared.closed(this);
		this.streak.close();
		endAttempt();
	}

	State state() {
		return this.state;
	}

	boolean awaited() {
		return this.listener.awaited();
	}

	/** Called when the wait should be over, and each second. */
	void look() {
		boolean waited = this.state == State.WAITING && this.shared.loop().now() - this.due >= 0;
		if (waited || this.state == State.QUEUED) {
			queue();
		}
	}

	private void queue() {
		this.state = State.QUEUED;
		this.shared.queueToList(this);
	}

	/** It is this watch's turn to list. */
	void list() {
		this.state = State.LISTING;
		try {
			this.attempt = new Attempt(this, this.shared, this.range, this.greatest);
			this.attempt.list();
		}
		catch (Throwable ex) {
			lost(Ending.by(EtcdDiscoveryException.of("list of " + this.range, ex)));
		}
	}

	private void endAttempt() {
		Attempt ended = this.attempt;
		this.attempt = null;
		this.delay.cancel();
		this.stable.cancel();
		if (ended != null) {
			this.shared.loop().isolated(ended::close);
		}
		this.shared.leaveQueue(this);
	}

	// From here on: what the present attempt tells

	void page(Page page) {
		this.listener.page(page);
	}

	void listed(Attempt listed, long revision) {
		this.shared.leaveQueue(this);
		boolean back = this.wentBack || revision < listed.floor();
		this.state = State.WATCHING;
		this.told = revision;
		this.greatest = back ? revision : Math.max(this.greatest, revision);
		this.wentBack = back;
		this.listener.listed(revision, back);
		this.wentBack = false;
		countResync(back);
		if (this.attempt == listed) {
			listed.follow(revision);
		}
	}

	private void countResync(boolean back) {
		if (back) {
			logger.warn(
					"The revision of etcd went back to {}: data was lost or an older copy restored; {} was read anew",
					this.told, this.range);
		}
		if (this.reason != null) {
			this.shared.observer().resync(back ? Ending.WENT_BACK : this.reason);
		}
		this.reason = null;
	}

	void confirmed(long revision) {
		this.greatest = Math.max(this.greatest, revision);
		this.stable = this.shared.loop().schedule(STABLE, this.streak::end);
		this.listener.confirmed();
	}

	/** Tells a message of the watch, one revision after the other. */
	void changed(List<WatchEvent> events) {
		int from = 0;
		for (int to = 1; to <= events.size(); to++) {
			if (to == events.size() || revision(events, to) != revision(events, from)) {
				changed(revision(events, from), events.subList(from, to));
				from = to;
			}
		}
	}

	private static long revision(List<WatchEvent> events, int position) {
		return events.get(position).entry().modRevision();
	}

	private void changed(long revision, List<WatchEvent> events) {
		if (revision > this.told && this.state == State.WATCHING) {
			this.shared.observer().watchEvents(events.size());
			this.greatest = Math.max(this.greatest, revision);
			this.listener.changed(revision, events);
			this.told = revision;
		}
	}

	void lost(Ending ending) {
		// From here on the next attempt comes, whatever is thrown: see look().
		this.state = State.WAITING;
		this.wentBack |= ending.isWentBack();
		boolean known = this.told > 0;
		this.reason = (known && this.reason == null) ? ending.reason() : this.reason;
		try {
			endAttempt();
			Duration pause = this.streak.failed(ending.cause());
			this.due = this.shared.loop().now() + pause.toNanos();
			this.delay = this.shared.loop().schedule(pause, this::look);
		}
		finally {
			this.listener.lost(ending.cause());
		}
		this.streak.log(ending.cause(), known);
	}

	/**
	 * What a range watch is doing.
	 */
	enum State {

		/** Nothing yet. */
		NEW,

		/** Waits for its turn to list. */
		QUEUED,

		/** A list is under way. */
		LISTING,

		/** A watch is open. */
		WATCHING,

		/** Until the next attempt. */
		WAITING,

		/** Nothing any more. */
		CLOSED

	}

}
