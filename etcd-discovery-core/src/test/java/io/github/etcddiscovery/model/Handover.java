package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Hands messages over to the owner of watches, one at a time: the next one follows when
 * the owner is done with the one before. What waits meanwhile waits at etcd, for as long
 * as it takes.
 */
final class Handover {

	private final ModelEtcd etcd;

	private final Executor owner;

	private final Deque<Waiting> waiting = new ArrayDeque<>();

	private boolean busy;

	Handover(ModelEtcd etcd, Executor owner) {
		this.etcd = etcd;
		this.owner = owner;
	}

	/** Something that is no change of a key. */
	void add(Runnable message) {
		add(message, false);
	}

	/** Changes, whose age counts until the owner is done with them. */
	void addChange(Runnable message) {
		add(message, true);
	}

	private void add(Runnable message, boolean change) {
		this.waiting.add(new Waiting(message, change, this.etcd.network().now()));
		next();
	}

	/** Hands over what comes next, unless the owner is busy or nothing gets through. */
	void next() {
		if (this.busy || this.waiting.isEmpty() || this.etcd.faults().heldBack) {
			return;
		}
		this.busy = true;
		this.owner.execute(() -> {
			this.waiting.element().message().run();
			this.waiting.remove();
			this.busy = false;
			next();
		});
	}

	Duration behindFor() {
		return this.waiting.stream()
			.filter(Waiting::change)
			.findFirst()
			.map((oldest) -> Duration.ofNanos(this.etcd.network().now() - oldest.since()))
			.orElse(Duration.ZERO);
	}

	private record Waiting(Runnable message, boolean change, long since) {

	}

}
