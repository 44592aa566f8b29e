package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a range of keys for as long as it is open: lists it at a revision, watches it
 * from the next one on, and begins again with a list whenever that ends. A stream is
 * never resumed, so no way of ending needs a care of its own.
 *
 * <pre>
 * state              signal                                   next
 * LISTING            list at revision R                       WATCHING from R + 1, Reset told
 * LISTING, WATCHING  no answer, error, end of stream,         WAITING for the backoff
 *                    compacted, silence, not confirmed
 *                    within 3 s, revision went back
 * LISTING, WATCHING  refused                                  WAITING, at the slow pace
 * WATCHING           events                                   WATCHING, one Change a revision
 * WATCHING           confirmed for 10 s                       WATCHING, attempts = 0
 * WATCHING           time to resync                           WATCHING; a second attempt lists,
 *                                                             and takes over when it has
 * WAITING            delay over                               LISTING
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

	private final KeyRange range;

	private final EventLoop loop;

	private final WatchOptions options;

	private final RangeListener listener;

	private final Attempt.Owner owner = new Owner();

	private final Streak streak;

	private State state = State.NEW;

	/** The attempt that lists or watches; every other one is late. */
	private @Nullable Attempt attempt;

	/** The attempt that lists while the other one goes on watching. */
	private @Nullable Attempt resync;

	private Overtaken overtaken = new Overtaken();

	private EventLoop.Timer delay = EventLoop.Timer.NONE;

	private EventLoop.Timer stable = EventLoop.Timer.NONE;

	private EventLoop.Timer resyncTimer = EventLoop.Timer.NONE;

	/** Revision up to which everything was told. */
	private long told;

	/** Greatest revision that etcd has named, which other keys may have caused. */
	private long greatest;

	private boolean wentBack;

	/** Why the next list is not the first, or null where it is. */
	private @Nullable String reason;

	/**
	 * Prepares to follow a range.
	 * @param client the client
	 * @param range the range
	 * @param loop on whose thread everything happens
	 * @param options how to follow
	 * @param listener is told what stands in the range
	 */
	public RangeWatch(EtcdClient client, KeyRange range, EventLoop loop, WatchOptions options, RangeListener listener) {
		this.client = client;
		this.range = range;
		this.loop = loop;
		this.options = options;
		this.listener = listener;
		this.streak = new Streak(range, options);
	}

	/** Begins with the first list. Does nothing the second time. */
	public void start() {
		if (this.state == State.NEW) {
			list();
		}
	}

	/** Ends everything; the listener is not told any more. Can be called twice. */
	@Override
	public void close() {
		this.state = State.CLOSED;
		endAttempts();
	}

	State state() {
		return this.state;
	}

	private void list() {
		this.state = State.LISTING;
		this.attempt = newAttempt();
		this.attempt.list();
	}

	private Attempt newAttempt() {
		return new Attempt(this.client, this.range, this.loop, this.owner,
				Math.max(this.greatest, this.listener.known()));
	}

	private void endAttempts() {
		this.delay.cancel();
		this.stable.cancel();
		this.resyncTimer.cancel();
		if (this.attempt != null) {
			this.attempt.close();
		}
		if (this.resync != null) {
			this.resync.close();
		}
		this.attempt = null;
		this.resync = null;
	}

	private void listed(Attempt listed, Listing listing) {
		boolean back = this.wentBack || listing.revision() < listed.floor();
		Reset reset = back ? new Reset(listing.revision(), listing.entries(), true) : this.overtaken.applyTo(listing);
		if (listed == this.resync) {
			this.resync = null;
			endAttempts();
			this.attempt = listed;
		}
		this.state = State.WATCHING;
		this.overtaken = new Overtaken();
		this.wentBack = false;
		this.told = reset.revision();
		this.greatest = back ? this.told : Math.max(this.greatest, this.told);
		countResync(back);
		this.listener.reset(reset);
		if (this.attempt == listed) {
			listed.follow(this.told + 1);
			scheduleResync();
		}
	}

	private void countResync(boolean back) {
		if (back) {
			logger.warn(
					"The revision of etcd went back to {}: data was lost or an older copy restored; {} was read anew",
					this.told, this.range);
		}
		if (this.reason != null) {
			this.options.observer().resync(back ? "revision_regressed" : this.reason);
		}
		this.reason = null;
	}

	private void scheduleResync() {
		if (!this.options.resyncInterval().isZero()) {
			this.resyncTimer = this.loop.schedule(this.options.nextResync(), () -> {
				this.overtaken = new Overtaken();
				this.reason = "interval";
				this.resync = newAttempt();
				this.resync.list();
			});
		}
	}

	private void changed(Change change) {
		if (change.revision() <= this.told || this.state != State.WATCHING) {
			return;
		}
		this.told = change.revision();
		this.greatest = Math.max(this.greatest, change.revision());
		if (this.resync != null) {
			this.overtaken.add(change);
		}
		this.listener.changed(change);
	}

	private void lost(Ending ending) {
		endAttempts();
		this.state = State.WAITING;
		this.wentBack |= ending.reason().equals("revision_regressed");
		this.reason = (this.told > 0 && (this.reason == null || this.reason.equals("interval"))) ? ending.reason()
				: this.reason;
		this.delay = this.loop.schedule(this.streak.failed(ending.cause(), this.loop.now()), this::list);
		this.listener.lost(ending.cause());
	}

	/**
	 * What a range watch is doing.
	 */
	enum State {

		/** Nothing yet. */
		NEW,

		/** A list is under way. */
		LISTING,

		/** A stream is open. */
		WATCHING,

		/** Until the next attempt. */
		WAITING,

		/** Nothing any more. */
		CLOSED

	}

	/** What attempts tell. */
	private final class Owner implements Attempt.Owner {

		@Override
		public void listed(Attempt attempt, Listing listing) {
			RangeWatch.this.listed(attempt, listing);
		}

		@Override
		public void confirmed(Attempt attempt) {
			RangeWatch.this.stable.cancel();
			RangeWatch.this.stable = RangeWatch.this.loop.schedule(STABLE, RangeWatch.this.streak::end);
			RangeWatch.this.listener.confirmed();
		}

		@Override
		public void changed(Attempt attempt, List<WatchEvent> events) {
			RangeWatch.this.options.observer().watchEvents(events.size());
			Change.split(events).forEach(RangeWatch.this::changed);
		}

		@Override
		public void revision(Attempt attempt, long revision) {
			if (revision < RangeWatch.this.greatest) {
				attempt.verify(RangeWatch.this.greatest);
			}
			else {
				RangeWatch.this.greatest = revision;
			}
		}

		@Override
		public void ended(Attempt attempt, Ending ending) {
			if (attempt == RangeWatch.this.resync) {
				logger.debug("The resync of {} failed, the watch goes on: {}", RangeWatch.this.range,
						ending.cause().getMessage());
				RangeWatch.this.resync = null;
				RangeWatch.this.reason = null;
				RangeWatch.this.scheduleResync();
			}
			else {
				lost(ending);
			}
		}

	}

}
