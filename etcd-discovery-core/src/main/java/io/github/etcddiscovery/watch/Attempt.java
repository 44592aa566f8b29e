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
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One list and the one watch that follows it. Ends once, for one reason; whatever comes
 * after that finds {@link #over} set and returns. What a listener throws on a page or at
 * an event ends the list or the watch, and comes back as its end.
 */
final class Attempt implements WatchListener {

	/** A watch has this long to be confirmed, or the request timeout where it is more. */
	private static final Duration LEAST_TO_CONFIRM = Duration.ofSeconds(3);

	private final RangeWatch owner;

	private final RangeWatches shared;

	private final KeyRange range;

	private final long floor;

	private @Nullable Watch watch;

	private EventLoop.Timer unconfirmed = EventLoop.Timer.NONE;

	private boolean probing;

	private boolean over;

	/**
	 * Prepares an attempt.
	 * @param owner is told what comes of it, and nothing once it has ended
	 * @param floor greatest revision that was seen before it: a linearizable answer below
	 * it means that etcd has lost data
	 */
	Attempt(RangeWatch owner, RangeWatches shared, KeyRange range, long floor) {
		this.owner = owner;
		this.shared = shared;
		this.range = range;
		this.floor = floor;
	}

	long floor() {
		return this.floor;
	}

	void list() {
		EventLoop loop = this.shared.loop();
		orEnd(() -> loop.whenDone(this.shared.client().list(this.range, false, loop, this::page),
				(revision, failure) -> orEnd(() -> {
					if (revision != null) {
						this.owner.listed(this, revision);
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
		EtcdClient client = this.shared.client();
		Duration limit = client.requestTimeout();
		Duration timeout = (limit.compareTo(LEAST_TO_CONFIRM) > 0) ? limit : LEAST_TO_CONFIRM;
		this.unconfirmed = this.shared.loop()
			.schedule(timeout, () -> orEnd(() -> end(Ending.unconfirmed("watch of " + this.range + " from revision "
					+ fromRevision + ": not confirmed within " + timeout.toMillis() + " ms"))));
		this.watch = this.shared.streams().watch(this.range, fromRevision, this);
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
		this.shared.loop().whenDone(this.shared.client().probe(this.range), (current, failure) -> orEnd(() -> {
			this.probing = false;
			if (current != null && current < revision) {
				end(Ending.wentBack(revision, current));
			}
		}));
	}

	@Override
	public void confirmed(long revision) {
		if (!this.over) {
			this.unconfirmed.cancel();
			this.owner.confirmed(this, revision);
		}
	}

	@Override
	public void changed(List<WatchEvent> events) {
		if (!this.over) {
			this.owner.changed(events);
		}
	}

	@Override
	public void ended(EtcdDiscoveryException cause) {
		end(Ending.by(cause));
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
			this.owner.lost(ending);
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
		catch (Throwable ex) {
			end(Ending.by(EtcdDiscoveryException.of("following " + this.range, ex)));
		}
	}

}
