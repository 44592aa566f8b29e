package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One list and the one watch that follows it. Ends once, for one reason; whatever comes
 * after that finds {@link #over} set and returns.
 */
final class Attempt {

	/** A watch has this long to be confirmed, or the request timeout where it is more. */
	private static final Duration LEAST_TO_CONFIRM = Duration.ofSeconds(3);

	private final EtcdClient client;

	private final Watches watches;

	private final KeyRange range;

	private final EventLoop loop;

	private final Owner owner;

	private final long floor;

	private @Nullable Watch watch;

	private EventLoop.Timer unconfirmed = EventLoop.Timer.NONE;

	private boolean probing;

	private boolean over;

	/**
	 * Prepares an attempt.
	 * @param floor greatest revision that was seen before it: a linearizable answer below
	 * it means that etcd has lost data
	 */
	Attempt(EtcdClient client, Watches watches, KeyRange range, EventLoop loop, Owner owner, long floor) {
		this.client = client;
		this.watches = watches;
		this.range = range;
		this.loop = loop;
		this.owner = owner;
		this.floor = floor;
	}

	long floor() {
		return this.floor;
	}

	void list() {
		orEnd(() -> this.loop.whenDone(this.client.list(this.range, false, this.loop, this::page),
				(revision, failure) -> orEnd(() -> {
					if (revision != null) {
						this.owner.listed(revision);
					}
					else {
						end(Ending.by(EtcdDiscoveryException.of("list of " + this.range, failure)));
					}
				})));
	}

	private void page(Page page) {
		if (this.over) {
			throw new EtcdDiscoveryException(Kind.CLOSED, "list of " + this.range + ": nobody waits for it", null);
		}
		this.owner.page(page);
	}

	void follow(long fromRevision) {
		Duration limit = this.client.requestTimeout();
		Duration timeout = (limit.compareTo(LEAST_TO_CONFIRM) > 0) ? limit : LEAST_TO_CONFIRM;
		this.unconfirmed = this.loop.schedule(timeout, () -> orEnd(() -> end(Ending.unconfirmed("watch of " + this.range
				+ " from revision " + fromRevision + ": not confirmed within " + timeout.toMillis() + " ms"))));
		this.watch = this.watches.watch(this.range, fromRevision, new Relay());
	}

	/**
	 * Asks the leader, because the member that serves the watch is behind a revision that
	 * was seen before. That is normal for a follower; where the leader is behind too,
	 * etcd has lost data, and the watch would wait in silence for a revision that may be
	 * months away.
	 */
	void verify(long revision) {
		if (this.probing) {
			return;
		}
		this.probing = true;
		this.loop.whenDone(this.client.probe(this.range), (current, failure) -> orEnd(() -> {
			this.probing = false;
			if (current != null && current < revision) {
				end(Ending.wentBack(revision, current));
			}
		}));
	}

	void close() {
		this.over = true;
		this.unconfirmed.cancel();
		if (this.watch != null) {
			this.watch.close();
		}
	}

	private void end(Ending ending) {
		if (!this.over) {
			close();
			this.owner.ended(ending);
		}
	}

	/**
	 * Whatever a task throws, a lack of memory too, ends the attempt: one that stays and
	 * has lost what it was about to do would be deaf and not say so.
	 */
	private void orEnd(Runnable task) {
		if (this.over) {
			return;
		}
		try {
			task.run();
		}
		catch (RuntimeException | Error ex) {
			end(Ending.by(EtcdDiscoveryException.of("following " + this.range, ex)));
		}
	}

	/**
	 * Whose attempt it is. Told nothing any more once it has ended.
	 */
	interface Owner {

		void page(Page page);

		void listed(long revision);

		void confirmed(long revision);

		void changed(List<WatchEvent> events);

		void ended(Ending ending);

	}

	/**
	 * Told on the loop's thread. What it throws ends the watch, and comes back as its
	 * end.
	 */
	private final class Relay implements WatchListener {

		@Override
		public void confirmed(long revision) {
			if (!Attempt.this.over) {
				Attempt.this.unconfirmed.cancel();
				Attempt.this.owner.confirmed(revision);
			}
		}

		@Override
		public void changed(List<WatchEvent> events) {
			if (!Attempt.this.over) {
				Attempt.this.owner.changed(events);
			}
		}

		@Override
		public void ended(EtcdDiscoveryException cause) {
			end(Ending.by(cause));
		}

	}

}
