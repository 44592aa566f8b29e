package io.github.etcddiscovery.resolver;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * All there is to know of one service: what stands in etcd, what readers see of it, who
 * is told, and who asks for it. The first part is for any thread, the second confined to
 * the loop's.
 */
final class Service {

	private final String name;

	private final FirstAnswer shared;

	private final AtomicReference<@Nullable FirstAnswer> asked = new AtomicReference<>();

	private volatile ServiceSnapshot snapshot;

	private volatile boolean used;

	/** The ranges that are followed for this service alone. */
	private volatile List<Feed> feeds = List.of();

	private final ServiceEntries entries = new ServiceEntries();

	private final Set<Subscriber> subscribers = new LinkedHashSet<>();

	private long lastUsed;

	private boolean changed;

	private long changedSince;

	private long changedAt;

	/**
	 * Begins with nothing.
	 * @param snapshot what readers see until more is known
	 * @param shared what lookups wait for where this service is not followed for itself
	 */
	Service(ServiceSnapshot snapshot, FirstAnswer shared) {
		this.name = snapshot.service();
		this.snapshot = snapshot;
		this.shared = shared;
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
	 * Returns what lookups wait for where this service is followed for itself, or null
	 * where nobody has asked for it.
	 */
	@Nullable FirstAnswer asked() {
		return this.asked.get();
	}

	/**
	 * Notes that somebody asks for this service.
	 * @param answer what lookups wait for from now on
	 * @return whether it was the first
	 */
	boolean ask(FirstAnswer answer) {
		return this.asked.compareAndSet(null, answer);
	}

	/** Returns the feeds of the ranges that are followed for this service alone. */
	List<Feed> feeds() {
		return this.feeds;
	}

	// From here on: confined to the loop's thread

	void show(ServiceSnapshot snapshot) {
		this.snapshot = snapshot;
	}

	ServiceEntries entries() {
		return this.entries;
	}

	Set<Subscriber> subscribers() {
		return this.subscribers;
	}

	void follow(List<Feed> feeds, long now) {
		this.feeds = feeds;
		this.lastUsed = now;
	}

	/** Nobody asks for this service any more. */
	void unfollow() {
		this.feeds.forEach(Feed::close);
		this.feeds = List.of();
		endWait();
		this.asked.set(null);
	}

	void endWait() {
		FirstAnswer waiting = this.asked.get();
		if (waiting != null) {
			waiting.come();
		}
	}

	/** Tells whether nobody needs to know of this service. */
	boolean isNeeded() {
		return this.asked.get() != null || !this.subscribers.isEmpty() || !this.entries.isEmpty();
	}

	/**
	 * Tells whether nobody would miss this service. One with instances whose watch is not
	 * confirmed is missed: while etcd is away it could not be asked for again.
	 */
	boolean canBeDropped() {
		return this.subscribers.isEmpty() && waitIsOver()
				&& (this.snapshot.instances().isEmpty() || this.feeds.stream().allMatch(Feed::isConfirmed));
	}

	/** Tells whether lookups do not wait for an answer (any more). */
	boolean waitIsOver() {
		FirstAnswer answer = this.asked.get();
		return (answer != null) ? answer.hasCome() : this.shared.hasCome();
	}

	/**
	 * Tells whether somebody has asked for this service or listens, since it was noted.
	 */
	boolean isInUse() {
		return this.used || !this.subscribers.isEmpty();
	}

	/** Notes when this service was in use, as far as it shows by now. */
	void noteUse(long now) {
		if (isInUse()) {
			this.lastUsed = now;
		}
		this.used = false;
	}

	long lastUsed() {
		return this.lastUsed;
	}

	/**
	 * Something of it has changed that readers have not been shown.
	 * @param revision newest revision of etcd that is known
	 * @return whether it is the first such change
	 */
	boolean markChanged(long now, long revision) {
		this.changedAt = revision;
		if (this.changed) {
			return false;
		}
		this.changed = true;
		this.changedSince = now;
		return true;
	}

	/** Returns the revision that was known when it changed last. */
	long changedAt() {
		return this.changedAt;
	}

	long changedSince() {
		return this.changedSince;
	}

	void unmark() {
		this.changed = false;
	}

}
