package io.github.etcddiscovery.client.jetcd;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.etcddiscovery.client.WatchEvent;

/**
 * What a stream of watches may bring before it is applied: 8 MiB or 256 messages,
 * whichever is first. What is more waits at etcd, not in our memory. Places are free
 * again as what took them has been applied.
 */
final class Window {

	static final long BYTES = 8 * 1024 * 1024;

	static final int MESSAGES = 256;

	/** How many messages are on their way at the most, because their size is unknown. */
	private static final int AT_ONCE = 32;

	/** Taken for the size of a message until a larger one has come. */
	private static final int USUAL_SIZE = 16 * 1024;

	/** What an event takes beside its key and value. */
	private static final int EVENT = 100;

	private final Deque<Batch> underWay = new ArrayDeque<>();

	private long bytes;

	private int requested;

	private long largest = USUAL_SIZE;

	/**
	 * Tells how many messages to request now.
	 * @param expectsRest whether a message has come of which the rest is still to come,
	 * which has to come even where there is no room for it
	 * @return how many, 0 for none
	 */
	int toRequest(boolean expectsRest) {
		if (isFull()) {
			int one = (expectsRest && this.requested == 0) ? 1 : 0;
			this.requested += one;
			return one;
		}
		long room = Math.min(MESSAGES - this.underWay.size(), (BYTES - this.bytes) / this.largest);
		int wanted = (int) Math.min(AT_ONCE, Math.max(1, room));
		if (this.requested > wanted / 2) {
			return 0;
		}
		int more = wanted - this.requested;
		this.requested = wanted;
		return more;
	}

	boolean isFull() {
		return this.underWay.size() >= MESSAGES || this.bytes >= BYTES;
	}

	boolean isEmpty() {
		return this.underWay.isEmpty();
	}

	/**
	 * Tells when the oldest of what has not been applied came.
	 * @param none the answer where there is nothing
	 * @return its time
	 */
	long oldest(long none) {
		Batch oldest = this.underWay.peekFirst();
		return (oldest != null) ? oldest.receivedAt : none;
	}

	/**
	 * Notes that one of the messages that were requested has come.
	 * @param size its size as it was sent
	 */
	void received(int size) {
		this.requested--;
		this.largest = Math.max(this.largest, size);
	}

	/**
	 * Takes room for what a message has brought.
	 * @param events what it has brought
	 */
	void take(List<WatchEvent> events) {
		this.bytes += size(events);
	}

	/**
	 * Gives room back that was taken for what will never be handed over.
	 * @param events what the room was taken for
	 */
	void giveBack(List<WatchEvent> events) {
		this.bytes -= size(events);
	}

	/**
	 * Remembers what is handed over.
	 * @param batch what room was taken for
	 */
	void handOver(Batch batch) {
		this.underWay.addLast(batch);
	}

	/**
	 * Frees the room of what has been applied, one after the other.
	 * @return the oldest that has been applied, or null where there is none
	 */
	@Nullable Batch nextApplied() {
		Batch oldest = this.underWay.peekFirst();
		if (oldest == null || !oldest.applied) {
			return null;
		}
		this.underWay.removeFirst();
		giveBack(oldest.events);
		return oldest;
	}

	private static long size(List<WatchEvent> events) {
		long size = 0;
		for (WatchEvent event : events) {
			size += EVENT + event.entry().key().size() + event.entry().value().size();
		}
		return size;
	}

	/** What is handed over to a listener at once. */
	static final class Batch {

		private final List<WatchEvent> events;

		private final long receivedAt;

		/** Set by the thread that has applied it. */
		private volatile boolean applied;

		Batch(List<WatchEvent> events, long receivedAt) {
			this.events = events;
			this.receivedAt = receivedAt;
		}

		List<WatchEvent> events() {
			return this.events;
		}

		long firstRevision() {
			return this.events.get(0).entry().modRevision();
		}

		long lastRevision() {
			return this.events.get(this.events.size() - 1).entry().modRevision();
		}

		void setApplied() {
			this.applied = true;
		}

	}

}
