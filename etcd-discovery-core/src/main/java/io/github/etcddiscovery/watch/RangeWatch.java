package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.Watches;
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
 * LISTING, WATCHING  login, permission or space refused       WAITING, at the slow pace
 * WATCHING           events                                   WATCHING, one Change a revision
 * WATCHING           confirmed for 10 s                       WATCHING, attempts = 0
 * WAITING            delay over                               QUEUED
 * any                close                                    CLOSED
 * </pre>
 *
 * All methods are called, and the listener is told, on the thread of the loop. Not part
 * of the API that users write against; may change.
 */
public final class RangeWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RangeWatch.class);

	private static final Duration STABLE = Duration.ofSeconds(10);

	private final EtcdClient client;

	private final Watches watches;

	private final KeyRange range;

	private final EventLoop loop;

	private final WatchOptions options;

	private final RangeListener listener;

	private final Streak streak;

	private State state = State.NEW;

	/** The attempt that lists or watches; every other one is over. */
	private @Nullable Attempt attempt;

	private EventLoop.Timer delay = EventLoop.Timer.NONE;

	private EventLoop.Timer stable = EventLoop.Timer.NONE;

	/** Revision up to which everything was told; 0 before the first list. */
	private long told;

	/** Greatest revision that etcd has named, which other keys may have caused. */
	private long greatest;

	/** Whether etcd was found to have lost data since the last list. */
	private boolean wentBack;

	/** Why the next list is not the first, or null where it is. */
	private @Nullable String reason;

	/**
	 * Prepares to follow a range.
	 * @param client the client
	 * @param watches where the range is watched
	 * @param range the range
	 * @param loop on whose thread everything happens
	 * @param options how to follow
	 * @param listener is told what stands in the range
	 */
	public RangeWatch(EtcdClient client, Watches watches, KeyRange range, EventLoop loop, WatchOptions options,
			RangeListener listener) {
		this.client = client;
		this.watches = watches;
		this.range = range;
		this.loop = loop;
		this.options = options;
		this.listener = listener;
		this.streak = new Streak(range, options);
	}

	/** Begins with the first list. Does nothing the second time. */
	public void start() {
		if (this.state == State.NEW) {
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
		endAttempt();
	}

	State state() {
		return this.state;
	}

	boolean awaited() {
		return this.listener.awaited();
	}

	private void queue() {
		this.state = State.QUEUED;
		this.options.lists().enter(this);
	}

	/** It is this watch's turn to list. */
	void list() {
		this.state = State.LISTING;
		this.attempt = new Attempt(this.client, this.watches, this.range, this.loop, new Owner(), this.greatest);
		this.attempt.list();
	}

	private void endAttempt() {
		this.options.lists().leave(this);
		this.delay.cancel();
		this.stable.cancel();
		if (this.attempt != null) {
			this.attempt.close();
		}
		this.attempt = null;
	}

	private void listed(Attempt listed, long revision) {
		this.options.lists().leave(this);
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
			this.options.observer().resync(back ? Ending.WENT_BACK : this.reason);
		}
		this.reason = null;
	}

	private void changed(Change change) {
		if (this.state == State.WATCHING) {
			this.options.observer().watchEvents(change.size());
			this.greatest = Math.max(this.greatest, change.revision());
			this.listener.changed(change);
			this.told = change.revision();
		}
	}

	private void lost(Ending ending) {
		this.state = State.WAITING;
		endAttempt();
		this.wentBack |= ending.isWentBack();
		this.reason = (this.told > 0 && this.reason == null) ? ending.reason() : this.reason;
		try {
			// First: that nobody hears of changes must show, whatever fails after that.
			this.listener.lost(ending.cause());
		}
		finally {
			if (this.state == State.WAITING) {
				this.delay = this.loop.schedule(this.streak.failed(ending.cause(), this.loop.now()), this::queue);
			}
		}
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

	/** What an attempt tells for as long as it is the present one. */
	private final class Owner implements Attempt.Owner {

		@Override
		public void page(Page page) {
			RangeWatch.this.listener.page(page);
		}

		@Override
		public void listed(long revision) {
			Attempt listed = RangeWatch.this.attempt;
			if (listed != null) {
				RangeWatch.this.listed(listed, revision);
			}
		}

		@Override
		public void confirmed(long revision) {
			RangeWatch.this.stable.cancel();
			RangeWatch.this.stable = RangeWatch.this.loop.schedule(STABLE, RangeWatch.this.streak::end);
			RangeWatch.this.listener.confirmed();
			Attempt confirmed = RangeWatch.this.attempt;
			if (revision >= RangeWatch.this.greatest) {
				RangeWatch.this.greatest = revision;
			}
			else if (confirmed != null) {
				confirmed.verify(RangeWatch.this.greatest);
			}
		}

		@Override
		public void changed(List<WatchEvent> events) {
			Change.after(RangeWatch.this.told, events).forEach(RangeWatch.this::changed);
		}

		@Override
		public void ended(Ending ending) {
			lost(ending);
		}

	}

}
