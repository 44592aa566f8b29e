package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Hands messages over to the owner of watches as they come, as the real one does while
 * there is room in its window: the owner applies them one after the other. What is held
 * back meanwhile waits at etcd, for as long as it takes.
 */
final class Handover {

	private final ModelEtcd etcd;

	private final Executor owner;

	/** What has not been handed over. */
	private final Deque<Waiting> waiting = new ArrayDeque<>();

	/** What was handed over, and the owner is not done with. */
	private final Deque<Waiting> underWay = new ArrayDeque<>();

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
		if (this.etcd.faults().heldBack) {
			this.etcd.faults().effects.add(Effect.MESSAGE_HELD_BACK);
		}
		next();
	}

	/** Hands over what waits, unless nothing gets through. */
	void next() {
		while (!this.waiting.isEmpty() && !this.etcd.faults().heldBack) {
			Waiting message = this.waiting.remove();
			this.underWay.add(message);
			this.owner.execute(() -> {
				try {
					message.message().run();
				}
				finally {
					this.underWay.remove(message);
				}
			});
		}
	}

	Duration behindFor() {
		return Stream.concat(this.underWay.stream(), this.waiting.stream())
			.filter(Waiting::change)
			.findFirst()
			.map((oldest) -> Duration.ofNanos(this.etcd.network().now() - oldest.since()))
			.orElse(Duration.ZERO);
	}

	private record Waiting(Runnable message, boolean change, long since) {

	}

}
