package io.github.etcddiscovery.resolver;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.FeedEntry.Address;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.jspecify.annotations.Nullable;

/**
 * All there is to know of one service: what stands in etcd, what readers see of it, who
 * is told, and who asks for it. The first part is for any thread, the second confined to
 * the loop's.
 */
final class Service {

	private final String name;

	/**
	 * All that tell of this service, or null where some have to be opened first because
	 * nobody has asked for it.
	 */
	private final AtomicReference<@Nullable List<Feed>> feeds;

	private volatile ServiceSnapshot snapshot;

	private volatile boolean used;

	private final ServiceEntries entries = new ServiceEntries();

	private final Set<Subscriber> subscribers = new LinkedHashSet<>();

	/** What subscribers were told last, or would have been if there were one. */
	private ServiceSnapshot told;

	/** What has vanished lately, or null where nothing has. */
	private @Nullable Loss loss;

	private long lastUsed;

	/**
	 * Begins with nothing.
	 * @param snapshot what readers see until more is known
	 * @param feeds all that tell of this service, or null where it has to be asked for
	 */
	Service(ServiceSnapshot snapshot, @Nullable List<Feed> feeds) {
		this.name = snapshot.service();
		this.snapshot = snapshot;
		this.told = snapshot;
		this.feeds = new AtomicReference<>(feeds);
	}

	String name() {
		return this.name;
	}

	/**
	 * For readers. That the service is in use is noted by a flag and not by the time: a
	 * field that every lookup writes would be fought over by every core.
	 */
	ServiceSnapshot read() {
		if (!this.used) {
			this.used = true;
		}
		return this.snapshot;
	}

	/** For everybody else. */
	ServiceSnapshot snapshot() {
		return this.snapshot;
	}

	/**
	 * Returns all feeds that tell of this service, or null where it has to be asked for.
	 */
	@Nullable List<Feed> feeds() {
		return this.feeds.get();
	}

	/**
	 * Notes that somebody asks for this service.
	 * @param feeds all that tell of it from now on
	 * @return whether nobody had asked before
	 */
	boolean ask(List<Feed> feeds) {
		this.used = true;
		return this.feeds.compareAndSet(null, feeds);
	}

	/** Returns the feeds of the ranges that are followed for this service alone. */
	List<Feed> ownFeeds() {
		return feedsOrNone().stream().filter((feed) -> feed.own() == this).toList();
	}

	private List<Feed> feedsOrNone() {
		List<Feed> all = feeds();
		return (all != null) ? all : List.of();
	}

	/** Tells whether every layout has been read, or what readers see is not complete. */
	State state() {
		return state(feeds());
	}

	static State state(@Nullable List<Feed> feeds) {
		return (feeds != null && all(feeds, Feed::isRead)) ? State.READ : State.UNREAD;
	}

	/** Makes nothing, not even an iterator: lookups come here, and every change. */
	private static boolean all(List<Feed> feeds, Predicate<Feed> condition) {
		for (int i = 0; i < feeds.size(); i++) {
			if (!condition.test(feeds.get(i))) {
				return false;
			}
		}
		return true;
	}

	/** Tells whether this service was asked for, and lookups do not wait any more. */
	boolean waitIsOver() {
		List<Feed> feeds = feeds();
		return feeds != null && all(feeds, (feed) -> feed.answer().hasCome());
	}

	/** Tells whether lookups are answered, though some layout has not been read. */
	boolean isAnsweredUnread() {
		return this.snapshot.state() == State.UNREAD && waitIsOver();
	}

	// From here on: confined to the loop's thread

	void show(ServiceSnapshot snapshot) {
		this.snapshot = snapshot;
	}

	ServiceSnapshot told() {
		return this.told;
	}

	void wasTold(ServiceSnapshot told) {
		this.told = told;
	}

	/**
	 * Between the entries and the snapshot: the one place where what stands in etcd can
	 * be held back, as it is by the mass-loss guard, and while a range has to be listed
	 * anew because what is known of it may be half of what was told.
	 * @param before what is shown
	 * @return what is to be shown; the same where it is the same
	 */
	List<Instance> toBeShown(List<Instance> before) {
		if (!all(feedsOrNone(), Feed::isTrusted)) {
			return before;
		}
		return (this.loss != null) ? this.loss.list(before) : this.entries.list(before);
	}

	/**
	 * Returns since when there has been an instance at an address; one that comes back
	 * soon was never away.
	 * @return the time, or {@code now} where there has been none
	 */
	long appearedAt(Address address, long now) {
		FeedEntry present = this.entries.at(address);
		Missing missing = (this.loss != null) ? this.loss.at(address) : null;
		if (present != null) {
			return present.discovered().appearedAt();
		}
		return (missing != null) ? missing.entry().discovered().appearedAt() : now;
	}

	/** Returns what has vanished lately, or null. */
	@Nullable Loss loss() {
		return this.loss;
	}

	void lost(@Nullable Loss loss) {
		this.loss = loss;
	}

	ServiceEntries entries() {
		return this.entries;
	}

	Set<Subscriber> subscribers() {
		return this.subscribers;
	}

	/**
	 * Nobody asks for this service any more. Whoever does from the first line on is
	 * answered by other feeds.
	 */
	void unfollow() {
		List<Feed> own = ownFeeds();
		this.feeds.set(null);
		own.forEach((feed) -> this.entries.removeLayout(feed.layout()));
		if (this.loss != null) {
			this.loss.end();
		}
		own.forEach(Feed::close);
	}

	/** Tells whether something is known or shown of this service, or wanted. */
	boolean isNeeded() {
		return isKnown() || !this.snapshot.instances().isEmpty() || !this.subscribers.isEmpty()
				|| !ownFeeds().isEmpty();
	}

	/** Tells whether there are instances, though readers may not see them at present. */
	boolean isKnown() {
		return !this.entries.isEmpty();
	}

	/**
	 * Tells whether nobody would miss this service. One with instances whose watch is not
	 * confirmed is missed: while etcd is away it could not be asked for again.
	 */
	boolean canBeDropped() {
		return this.subscribers.isEmpty() && waitIsOver() && (!isKnown() || all(ownFeeds(), Feed::isConfirmed));
	}

	/**
	 * Tells whether somebody has asked for this service or listens, since it was noted.
	 */
	boolean isInUse() {
		return this.used || !this.subscribers.isEmpty();
	}

	/** Notes when this service was in use, as far as it shows by now. */
	void noteUse(long now) {
		this.lastUsed = lastUsed(now);
		this.used = false;
	}

	/** Returns when this service was in use last, without noting it. */
	long lastUsed(long now) {
		return isInUse() ? now : this.lastUsed;
	}

}
