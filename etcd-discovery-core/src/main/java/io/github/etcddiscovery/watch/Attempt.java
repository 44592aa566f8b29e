package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.WatchStream;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One list and the one stream that follows it. Ends once, for one reason; whatever comes
 * after that finds {@link #over} set and returns.
 */
final class Attempt {

	/** Within this a watch is confirmed, and a sign of life answered. */
	static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

	/**
	 * A stream can die without a word (a proxy, a NAT, a frozen member); after this much
	 * silence it is asked for a sign of life.
	 */
	static final Duration SILENCE = Duration.ofSeconds(30);

	private final EtcdClient client;

	private final KeyRange range;

	private final EventLoop loop;

	private final Owner owner;

	private final long floor;

	private @Nullable WatchStream stream;

	/** Revision that the stream begins with. */
	private long first;

	/** Whether the stream has shown that the store has come to that revision. */
	private boolean begun;

	private EventLoop.Timer watchdog = EventLoop.Timer.NONE;

	private long lastHeard;

	private boolean probing;

	private boolean over;

	/**
	 * Prepares an attempt.
	 * @param floor greatest revision that was seen before it: a linearizable answer below
	 * it means that etcd has lost data
	 */
	Attempt(EtcdClient client, KeyRange range, EventLoop loop, Owner owner, long floor) {
		this.client = client;
		this.range = range;
		this.loop = loop;
		this.owner = owner;
		this.floor = floor;
	}

	long floor() {
		return this.floor;
	}

	void list() {
		var unused = this.client.list(this.range).whenComplete((listing, failure) -> onLoop(() -> {
			if (listing != null) {
				this.owner.listed(this, listing);
			}
			else {
				end(Ending.by(EtcdDiscoveryException.of("list of " + this.range, failure)));
			}
		}));
	}

	void follow(long fromRevision) {
		this.first = fromRevision;
		this.watchdog = this.loop.schedule(ANSWER_TIMEOUT,
				() -> end(Ending.silent("unconfirmed", "watch of " + this.range + " from revision " + fromRevision
						+ ": not confirmed within " + ANSWER_TIMEOUT.toSeconds() + " s")));
		this.stream = this.client.watch(this.range, fromRevision, new Relay());
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
		var unused = this.client.probe(this.range).whenComplete((current, failure) -> onLoop(() -> {
			this.probing = false;
			if (current != null && current < revision) {
				end(Ending.silent("revision_regressed", "the revision of etcd went from " + revision + " back to "
						+ current + ": data was lost or an older copy restored"));
			}
		}));
	}

	void close() {
		this.over = true;
		this.watchdog.cancel();
		if (this.stream != null) {
			this.stream.close();
		}
	}

	private void end(Ending ending) {
		if (!this.over) {
			close();
			this.owner.ended(this, ending);
		}
	}

	private void onLoop(Runnable task) {
		this.loop.execute(() -> {
			if (!this.over) {
				task.run();
			}
		});
	}

	private void heard(Runnable message) {
		onLoop(() -> {
			this.lastHeard = this.loop.now();
			message.run();
		});
	}

	private void guardAgainstSilence() {
		this.watchdog.cancel();
		Duration left = SILENCE.minus(this.loop.since(this.lastHeard));
		if (left.isNegative() || left.isZero()) {
			askForProgress();
		}
		else {
			this.watchdog = this.loop.schedule(left, this::guardAgainstSilence);
		}
	}

	private void askForProgress() {
		long asked = this.loop.now();
		requestProgress();
		if (!this.begun) {
			lookWhetherThereIsNothingToTell();
		}
		this.watchdog = this.loop.schedule(ANSWER_TIMEOUT, () -> {
			if (this.lastHeard - asked < 0) {
				end(Ending.silent("silence", "watch of " + this.range + ": nothing came for " + SILENCE.toSeconds()
						+ " s, and no sign of life within " + ANSWER_TIMEOUT.toSeconds() + " s"));
			}
			else {
				guardAgainstSilence();
			}
		});
	}

	/**
	 * From 3.5 on etcd does not answer a request for progress before its revision has
	 * come to the first one of the watch [measured with 3.5.30 and 3.6.16]. A stream is
	 * right to be silent then: nothing was written that it could have missed.
	 */
	private void lookWhetherThereIsNothingToTell() {
		var unused = this.client.probe(this.range).whenComplete((current, failure) -> onLoop(() -> {
			if (current != null && current < this.first) {
				this.lastHeard = this.loop.now();
				this.owner.revision(this, current);
			}
			else if (current != null) {
				requestProgress();
			}
		}));
	}

	private void requestProgress() {
		if (this.stream != null) {
			this.stream.requestProgress();
		}
	}

	/**
	 * Whose attempt it is.
	 */
	interface Owner {

		void listed(Attempt attempt, Listing listing);

		void confirmed(Attempt attempt);

		void changed(Attempt attempt, List<WatchEvent> events);

		void revision(Attempt attempt, long revision);

		void ended(Attempt attempt, Ending ending);

	}

	/** Hands what the stream brings over to the loop. */
	private final class Relay implements WatchListener {

		@Override
		public void confirmed(long revision) {
			heard(() -> {
				guardAgainstSilence();
				Attempt.this.owner.confirmed(Attempt.this);
				at(revision);
			});
		}

		@Override
		public void changed(List<WatchEvent> events) {
			heard(() -> {
				Attempt.this.begun = true;
				Attempt.this.owner.changed(Attempt.this, events);
			});
		}

		@Override
		public void progress(long revision) {
			heard(() -> at(revision));
		}

		private void at(long revision) {
			Attempt.this.begun |= revision >= Attempt.this.first;
			Attempt.this.owner.revision(Attempt.this, revision);
		}

		@Override
		public void ended(EtcdDiscoveryException cause) {
			onLoop(() -> end(Ending.by(cause)));
		}

	}

}
