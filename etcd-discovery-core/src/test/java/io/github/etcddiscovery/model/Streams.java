package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.loop.EventLoop;

/**
 * The streams of changes that are open, and those that wait until there is room for one
 * more.
 */
final class Streams {

	private final List<ModelWatches> owners = new ArrayList<>();

	private final List<SharedStream> shared = new ArrayList<>();

	private final List<SharedStream> waiting = new ArrayList<>();

	private final Faults faults;

	private int limit = Integer.MAX_VALUE;

	private int silence;

	Streams(Faults faults) {
		this.faults = faults;
	}

	void add(ModelWatches watches) {
		this.owners.add(watches);
	}

	void remove(ModelWatches watches) {
		this.owners.remove(watches);
	}

	List<ModelWatches> owners() {
		return List.copyOf(this.owners);
	}

	List<SharedStream> shared() {
		return List.copyOf(this.shared);
	}

	void open(SharedStream stream) {
		this.waiting.add(stream);
		admit();
	}

	void closed(SharedStream stream) {
		this.waiting.remove(stream);
		if (this.shared.remove(stream)) {
			admit();
		}
	}

	void limit(int streams) {
		this.limit = streams;
		admit();
	}

	private void admit() {
		while (!this.waiting.isEmpty() && count() < this.limit) {
			SharedStream next = this.waiting.remove(0);
			this.shared.add(next);
			next.admit();
		}
		if (!this.waiting.isEmpty()) {
			this.faults.effects.add(Effect.STREAM_WAITED);
		}
	}

	int count() {
		return this.shared.size();
	}

	int watches() {
		return this.owners.stream().mapToInt((owner) -> owner.open().size()).sum();
	}

	void tell(List<WatchEvent> events) {
		shared().forEach((stream) -> stream.tell(events));
	}

	void end(EtcdDiscoveryException cause) {
		List.copyOf(this.waiting).forEach((stream) -> stream.end(cause));
		shared().forEach((stream) -> stream.end(cause));
	}

	/** Streams fall silent: who listens gives up after a while. */
	void fallSilent(EventLoop loop, Duration patience) {
		int begun = ++this.silence;
		loop.schedule(patience, () -> {
			if (begun == this.silence) {
				shared().forEach(SharedStream::giveUp);
			}
		});
	}

	void speakAgain() {
		this.silence++;
	}

}
