package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.resolver.Missing.Farewell;
import io.github.etcddiscovery.watch.RangeListener;
import io.github.etcddiscovery.watch.RangeWatch;
import org.jspecify.annotations.Nullable;

/**
 * One range that is followed, from the watch to the entries: that of all services of a
 * layout, or that of one service. Confined to the loop's thread, but for what is asked of
 * it while its services are looked up.
 */
final class Feed implements RangeListener {

	private final Following following;

	private final ResolverContext context;

	private final KeyRange range;

	private final LayoutReader reader;

	private final @Nullable Service own;

	private final RangeEntries entries;

	private final RangeWatch watch;

	private final FirstAnswer answer;

	private boolean opened;

	private @Nullable Resync resync;

	private EventLoop.Timer nextResync = EventLoop.Timer.NONE;

	private volatile boolean read;

	/** Why something may change unseen at present, or null. */
	private volatile @Nullable Problem problem;

	/**
	 * Prepares. Can be called on any thread.
	 * @param following is told what has come of it
	 * @param reader reads the entries
	 * @param range the range
	 * @param own the service whose range it is, or null where it is that of all
	 */
	Feed(Following following, LayoutReader reader, KeyRange range, @Nullable Service own) {
		this.following = following;
		this.range = range;
		this.reader = reader;
		this.own = own;
		this.context = following.context();
		this.entries = new RangeEntries(reader, own, this.context.services(), this.context.publisher(),
				this.context.guard());
		this.watch = this.context.watches().watch(range, this);
		this.answer = new FirstAnswer(this.context.timing().firstSnapshotTimeout());
		this.problem = new Problem(
				new EtcdDiscoveryException(Kind.UNAVAILABLE, "read of " + range + ": etcd has not answered", null),
				this.context.loop().now());
	}

	/** Returns the service whose range it is, or null where it is that of all. */
	@Nullable Service own() {
		return this.own;
	}

	/** Returns the position of the layout among all of them. */
	int layout() {
		return this.reader.position();
	}

	/** Tells whether the range was listed at all. */
	boolean isRead() {
		return this.read;
	}

	/** Returns why the range has not been listed yet, or null. */
	@Nullable EtcdDiscoveryException whyUnread() {
		Problem present = this.problem;
		return (present != null && !this.read) ? present.cause() : null;
	}

	/** Returns why something may change unseen at present, or null. */
	@Nullable Problem problem() {
		return this.problem;
	}

	/** Returns what lookups wait for: that it was listed, or that etcd has refused. */
	FirstAnswer answer() {
		return this.answer;
	}

	// From here on: confined to the loop's thread

	/** Does nothing once it was done without anything being thrown. */
	void open() {
		if (!this.opened) {
			this.context.staleness().unconfirmed(this);
			this.answer.startWaiting(this.context.loop(), this::endWait);
			this.watch.start();
			this.opened = true;
		}
	}

	/** Tells whether nothing changes unseen at present. */
	boolean isConfirmed() {
		return this.problem == null;
	}

	/** Tells whether what is known is what was told. */
	boolean isTrusted() {
		return this.entries.isTrusted();
	}

	@Override
	public boolean awaited() {
		return this.own == null || this.own.isInUse();
	}

	@Override
	public void page(Page page) {
		if (page.first()) {
			this.entries.beginList();
		}
		this.entries.stage(page.entries());
		this.reader.leftOut(page.leftOut(), this.range);
	}

	@Override
	public void listed(long revision, boolean wentBack) {
		this.context.services().cameTo(revision, wentBack);
		orDistrust(this.entries::completeList);
		if (!this.read) {
			// Services can be READ now, though no instance is another.
			this.following.servicesOf(this).forEach(this.context.publisher()::changed);
			this.read = true;
		}
		this.context.publisher().publishAll();
		endWait();
	}

	@Override
	public void changed(long revision, List<WatchEvent> events) {
		this.context.services().cameTo(revision, false);
		orDistrust(() -> {
			Farewell farewell = this.entries.farewell(events);
			events.forEach((event) -> apply(event, farewell));
		});
		this.context.publisher().publishOverdue();
	}

	private void apply(WatchEvent event, Farewell farewell) {
		switch (event.type()) {
			case PUT -> this.entries.put(event.entry());
			case DELETE -> {
				this.entries.delete(event.entry().key(), event.entry().modRevision(), farewell);
				if (this.resync != null) {
					this.resync.deleted(event.entry());
				}
			}
		}
	}

	/**
	 * What was applied in part is not to be believed; the attempt ends, and all is
	 * listed.
	 */
	private void orDistrust(Runnable application) {
		try {
			application.run();
		}
		catch (Throwable ex) {
			this.entries.distrust();
			throw ex;
		}
	}

	@Override
	public void confirmed() {
		this.problem = null;
		this.context.staleness().confirmed(this);
		resyncLater();
		this.following.confirmed(this);
	}

	/**
	 * A range that etcd never let us read has nothing that could grow old, and must not
	 * make all the others look stale for ever.
	 */
	@Override
	public void lost(EtcdDiscoveryException cause) {
		boolean neverAllowed = !this.read && cause.kind().refused();
		if (neverAllowed) {
			this.context.staleness().confirmed(this);
		}
		else {
			this.context.staleness().unconfirmed(this);
		}
		Problem before = this.problem;
		this.problem = new Problem(cause, (before != null) ? before.since() : this.context.loop().now());
		endResync();
		if (neverAllowed) {
			endWait();
		}
	}

	private void endWait() {
		if (!this.answer.hasCome()) {
			this.answer.come();
			this.following.answered(this);
		}
	}

	/** Follows the range no more. One that was never opened is over as well. */
	void close() {
		this.watch.close();
		this.context.staleness().confirmed(this);
		endResync();
		this.problem = null;
		this.answer.come();
	}

	private void endResync() {
		this.nextResync.cancel();
		if (this.resync != null) {
			this.resync.close();
			this.resync = null;
		}
	}

	/** Give or take 20 %: readers shall not all come at once. */
	private void resyncLater() {
		double interval = this.context.timing().resyncInterval().toNanos();
		Duration delay = Duration.ofNanos((long) (interval * (0.8 + 0.4 * this.context.random().nextDouble())));
		this.nextResync = this.context.loop().schedule(delay, this::resync);
	}

	/** One that takes longer than the interval is not disturbed by the next. */
	private void resync() {
		resyncLater();
		if (this.resync == null || this.resync.isOver()) {
			Resync next = new Resync(this.context, this.range, this.entries, this.watch);
			next.start();
			this.resync = next;
		}
	}

	/**
	 * Why a range is not followed at present.
	 *
	 * @param cause the last failure
	 * @param since when it began, by the loop's clock
	 */
	record Problem(EtcdDiscoveryException cause, long since) {

	}

}
