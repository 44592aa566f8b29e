package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.loop.EventLoop;

/**
 * One watch, as its owner sees it: what arrives is told on the owner's executor.
 */
final class ModelWatch implements Watch {

	private final ModelWatches owner;

	private final SharedStream stream;

	private final KeyRange range;

	private final long from;

	private final WatchListener listener;

	private EventLoop.Timer patience = EventLoop.Timer.NONE;

	/** Nothing is told any more. */
	private boolean over;

	ModelWatch(ModelWatches owner, SharedStream stream, KeyRange range, long from, WatchListener listener) {
		this.owner = owner;
		this.stream = stream;
		this.range = range;
		this.from = from;
		this.listener = listener;
	}

	KeyRange range() {
		return this.range;
	}

	long from() {
		return this.from;
	}

	boolean isOver() {
		return this.over;
	}

	void awaitConfirmation(EventLoop loop, Duration limit) {
		this.patience = loop.schedule(limit, () -> {
			leave();
			arrivedEnd(
					new ModelFailure(Kind.UNAVAILABLE, "watch of " + this.range + ": not confirmed within " + limit));
		});
	}

	void arrivedConfirmation(long revision) {
		this.patience.cancel();
		this.owner.handover().add(() -> tell(() -> this.listener.confirmed(revision)));
	}

	void arrivedChanges(List<WatchEvent> events) {
		this.owner.handover().addChange(() -> tell(() -> this.listener.changed(events)));
	}

	void arrivedEnd(EtcdDiscoveryException cause) {
		this.patience.cancel();
		this.owner.handover().add(() -> end(cause));
	}

	private void tell(Runnable message) {
		if (!this.over) {
			try {
				message.run();
			}
			catch (Throwable ex) {
				end(EtcdDiscoveryException.of("watch of " + this.range, ex));
			}
		}
	}

	private void end(EtcdDiscoveryException cause) {
		if (!this.over) {
			close();
			this.listener.ended(cause);
		}
	}

	@Override
	public void close() {
		this.over = true;
		this.owner.remove(this);
		leave();
	}

	private void leave() {
		this.patience.cancel();
		this.stream.remove(this);
	}

}
