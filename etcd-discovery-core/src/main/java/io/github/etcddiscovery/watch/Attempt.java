package io.github.etcddiscovery.watch;

import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
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

	private final RangeWatch owner;

	private final RangeWatches shared;

	private final KeyRange range;

	private final long floor;

	private @Nullable Watch watch;

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
		loop.whenDone(this.shared.client().list(this.range, false, loop, this::page),
				(revision, failure) -> orEnd(() -> {
					if (revision != null) {
						this.owner.listed(this, revision);
					}
					else {
						end(Ending.by(EtcdDiscoveryException.of("list of " + this.range, failure)));
					}
				}));
	}

	private void page(Page page) {
		if (this.over) {
			throw new EtcdDiscoveryException(Kind.CLOSED, "list of " + this.range + ": nobody waits for it", null);
		}
		this.owner.page(page);
	}

	void follow(long fromRevision) {
		this.watch = this.shared.streams().watch(this.range, fromRevision, this);
	}

	/**
	 * Asks the leader, because the member that serves the watch is behind a revision that
	 * was seen before. That is normal for a follower; where the leader is behind too,
	 * etcd has lost data, and the watch would wait in silence for a revision that may be
	 * months away. Until the leader has answered the watch does not count as confirmed.
	 */
	private void verify(long seen) {
		this.shared.loop().whenDone(this.shared.client().probe(this.range), (current, failure) -> orEnd(() -> {
			if (current == null) {
				end(Ending.by(EtcdDiscoveryException.of("probe of " + this.range, failure)));
			}
			else if (current < seen) {
				end(Ending.wentBack(seen, current));
			}
			else {
				this.owner.confirmed(current);
			}
		}));
	}

	@Override
	public void confirmed(long revision) {
		if (!this.over) {
			long seen = this.owner.greatestRevision();
			if (revision < seen) {
				verify(seen);
			}
			else {
				this.owner.confirmed(revision);
			}
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
		if (this.watch != null) {
			this.watch.close();
		}
	}

	private void end(Ending ending) {
		if (!this.over) {
			this.over = true;
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
