package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.WatchStream;

/**
 * One stream of changes, seen from both ends: the member tells, the client asks for
 * progress and closes.
 */
final class ModelStream implements WatchStream {

	private final ModelEtcd etcd;

	private final KeyRange range;

	private final long from;

	private final WatchListener listener;

	private long first;

	private long lastArrival;

	private boolean attached;

	private boolean over;

	ModelStream(ModelEtcd etcd, KeyRange range, long from, WatchListener listener) {
		this.etcd = etcd;
		this.range = range;
		this.from = from;
		this.listener = listener;
	}

	KeyRange range() {
		return this.range;
	}

	/** The request has reached the member. */
	void attach(Store store) {
		if (this.over) {
			return;
		}
		this.attached = true;
		if (this.etcd.faults().confirming) {
			long revision = store.revision() - this.etcd.faults().lag;
			deliver(() -> this.listener.confirmed(revision));
		}
		// A real one confirms too before it says that the history is gone.
		if (this.from == 0) {
			this.first = store.revision() + 1;
			return;
		}
		if (this.from < store.compacted()) {
			end(new EtcdDiscoveryException(Kind.COMPACTED,
					"watch of " + this.range + " from " + this.from + ": compacted at " + store.compacted(), null));
			return;
		}
		this.first = this.from - this.etcd.faults().repeated;
		tell(store.history(this.range, this.first));
	}

	void tell(List<WatchEvent> events) {
		List<WatchEvent> ours = events.stream()
			.filter((event) -> event.entry().modRevision() >= this.first && this.range.contains(event.entry().key()))
			.toList();
		if (this.attached && !ours.isEmpty()) {
			deliver(() -> this.listener.changed(ours));
		}
	}

	/**
	 * A real one of version 3.5 or 3.6 has no answer before its revision has come to the
	 * first one that was asked for; of version 3.4 it answers always.
	 */
	@Override
	public void requestProgress() {
		this.etcd.network().reach(Call.PROGRESS, () -> {
			long revision = this.etcd.revision() - this.etcd.faults().lag;
			if (this.attached && (revision >= this.from || this.etcd.member().version().answersProgressEarly())) {
				deliver(() -> this.listener.progress(revision));
			}
		});
	}

	void end(EtcdDiscoveryException cause) {
		this.attached = false;
		this.etcd.streamList().remove(this);
		send(() -> {
			if (!this.over) {
				this.over = true;
				this.listener.ended(cause);
			}
		});
	}

	private void deliver(Runnable message) {
		if (this.etcd.faults().muted) {
			return;
		}
		send(() -> {
			if (!this.over) {
				message.run();
			}
		});
	}

	/** However long a message takes, it does not overtake those before it. */
	private void send(Runnable message) {
		long now = this.etcd.network().now();
		this.lastArrival = Math.max(this.lastArrival, now + this.etcd.faults().delay(Call.WATCH).toNanos());
		this.etcd.network().answer(Duration.ofNanos(this.lastArrival - now), message);
	}

	@Override
	public void close() {
		this.over = true;
		this.attached = false;
		this.etcd.streamList().remove(this);
	}

}
