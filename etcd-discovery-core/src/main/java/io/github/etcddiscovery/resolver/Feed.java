package io.github.etcddiscovery.resolver;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.watch.Change;
import io.github.etcddiscovery.watch.RangeListener;
import io.github.etcddiscovery.watch.RangeWatch;
import org.jspecify.annotations.Nullable;

/**
 * One range that is followed, from the watch to the entries: that of all services of a
 * layout, or that of one service. Confined to the loop's thread, but for the reason why
 * it has not been read.
 */
final class Feed implements RangeListener {

	private final Layout layout;

	private final KeyRange range;

	private final @Nullable Service own;

	private final Followed followed;

	private final Owner owner;

	private final RangeEntries entries;

	private final RangeWatch watch;

	private @Nullable Resync resync;

	private EventLoop.Timer nextResync = EventLoop.Timer.NONE;

	private boolean read;

	private boolean refused;

	private boolean confirmed;

	private volatile @Nullable EtcdDiscoveryException whyUnread;

	private volatile @Nullable Problem problem;

	/**
	 * Prepares.
	 * @param layout how the entries are written
	 * @param position position of the layout among all of them
	 * @param range the range
	 * @param own the service whose range it is, or null where it is that of all
	 * @param followed what all feeds share
	 * @param owner is told what has come of it
	 */
	Feed(Layout layout, int position, KeyRange range, @Nullable Service own, Followed followed, Owner owner) {
		this.layout = layout;
		this.range = range;
		this.own = own;
		this.followed = followed;
		this.owner = owner;
		this.entries = new RangeEntries(layout, position, own, followed.reader(), followed.services(),
				followed.publisher());
		this.watch = new RangeWatch(followed.client(), followed.watches(), range, followed.loop(), followed.options(),
				this);
		EtcdDiscoveryException begun = new EtcdDiscoveryException(Kind.UNAVAILABLE,
				"read of " + range + ": etcd has not answered", null);
		this.whyUnread = begun;
		this.problem = new Problem(begun, followed.loop().now());
	}

	void open() {
		this.followed.staleness().begun(this);
		this.watch.start();
	}

	KeyRange range() {
		return this.range;
	}

	/** Returns the service whose range it is, or null where it is that of all. */
	@Nullable Service own() {
		return this.own;
	}

	/** Tells whether the range was listed at all. */
	boolean read() {
		return this.read;
	}

	/** Tells whether there is nothing to wait for: it was listed, or etcd has refused. */
	boolean answered() {
		return this.read || this.refused;
	}

	/** Tells whether nothing changes unseen at present. */
	boolean isConfirmed() {
		return this.confirmed;
	}

	/** Returns why the range has not been listed yet, or null. For any thread. */
	@Nullable EtcdDiscoveryException whyUnread() {
		return this.whyUnread;
	}

	Layout layout() {
		return this.layout;
	}

	/** Returns why something may change unseen at present, or null. For any thread. */
	@Nullable Problem problem() {
		return this.problem;
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
	}

	@Override
	public void listed(long revision, boolean wentBack) {
		this.followed.services().cameTo(revision, wentBack);
		orDistrust(this.entries::completeList);
		this.read = true;
		this.whyUnread = null;
		this.owner.listed(this);
	}

	@Override
	public void changed(Change change) {
		this.followed.services().cameTo(change.revision(), false);
		orDistrust(() -> apply(change));
		this.followed.publisher().publishOverdue();
	}

	private void apply(Change change) {
		for (Entry entry : change.puts()) {
			this.entries.put(entry);
		}
		for (Bytes key : change.deletes()) {
			this.entries.delete(key, change.revision());
			if (this.resync != null) {
				this.resync.deleted(key, change.revision());
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
		catch (RuntimeException | Error ex) {
			this.entries.distrust();
			throw ex;
		}
	}

	@Override
	public void confirmed() {
		this.confirmed = true;
		this.problem = null;
		this.followed.staleness().confirmed(this);
		resyncLater();
	}

	@Override
	public void lost(EtcdDiscoveryException cause) {
		this.confirmed = false;
		Problem before = this.problem;
		this.problem = new Problem(cause, (before != null) ? before.since() : this.followed.loop().now());
		this.followed.staleness().lost(this, cause);
		endResync();
		if (!this.read) {
			this.whyUnread = cause;
			this.refused |= cause.kind().refused();
			this.owner.failed(this);
		}
	}

	void close() {
		this.watch.close();
		this.followed.staleness().ended(this);
		endResync();
		this.whyUnread = null;
		this.problem = null;
	}

	private void endResync() {
		this.nextResync.cancel();
		if (this.resync != null) {
			this.resync.close();
			this.resync = null;
		}
	}

	private void resyncLater() {
		endResync();
		this.nextResync = this.followed.loop().schedule(this.followed.nextResync(), () -> {
			this.resync = new Resync(this.followed, this.range, this.entries, this.watch, this::resyncLater);
			this.resync.start();
		});
	}

	/**
	 * Why a range is not followed at present.
	 *
	 * @param cause the last failure
	 * @param since when it began
	 */
	record Problem(EtcdDiscoveryException cause, long since) {

	}

	/**
	 * Is told what has come of a feed.
	 */
	interface Owner {

		/**
		 * The range was listed, and its services are up to date.
		 * @param feed the feed
		 */
		void listed(Feed feed);

		/**
		 * The range has not been listed, and will not be soon.
		 * @param feed the feed
		 */
		void failed(Feed feed);

	}

}
