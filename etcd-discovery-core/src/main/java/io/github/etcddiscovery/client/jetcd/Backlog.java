package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.etcd.jetcd.api.Event;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

import io.github.etcddiscovery.client.WatchEvent;

/**
 * What a stream has brought and its watches have not applied yet, and how old that is. At
 * most a {@link Window} of it is here; while that is full, and until what etcd had then
 * has been applied, etcd is asked twice a second how far it has come, and a stream that
 * is behind for 10 s ends, so that its owner lists.
 */
final class Backlog {

	/** What is here may be so old without being called behind. */
	private static final Duration NOT_BEHIND = Lag.PERIOD;

	private static final long NOTHING = Long.MIN_VALUE;

	private final SharedStream stream;

	private final Threads threads;

	/** Where the state may be touched, also after the end of the stream. */
	private final Consumer<Runnable> enter;

	private final Window window = new Window();

	private final Lag lag = new Lag();

	/** Whether the next call of {@link #freeApplied()} is on its way. */
	private final AtomicBoolean freeing = new AtomicBoolean();

	/** Whether the last message goes on in the next one. */
	private boolean expectsRest;

	/** When a message with events has come last. */
	private long lastEventsAt;

	/** Whether the window was full at any time since the last check. */
	private boolean wasFull;

	/** The next check of how far etcd has come; null where none is needed. */
	private @Nullable Future<?> nextCheck;

	/** When the oldest that is here came. */
	private volatile long oldestHere = NOTHING;

	/** When the oldest mark was made. */
	private volatile long oldestMark = NOTHING;

	Backlog(SharedStream stream, Threads threads, Consumer<Runnable> enter) {
		this.stream = stream;
		this.threads = threads;
		this.enter = enter;
	}

	int toRequest() {
		return this.window.toRequest(this.expectsRest);
	}

	boolean isFull() {
		return this.window.isFull();
	}

	boolean isEmpty() {
		return this.window.isEmpty();
	}

	void received(int size) {
		this.window.received(size);
		this.expectsRest = false;
	}

	/**
	 * Hands over what has come, as far as it is complete.
	 * @param watch whose it is
	 * @param arrived what has come
	 * @param continued whether the next message goes on where this one ends
	 */
	void handOver(SharedWatch watch, List<Event> arrived, boolean continued) {
		this.expectsRest = continued;
		this.lastEventsAt = this.threads.now();
		List<WatchEvent> events = Messages.events(arrived);
		this.window.take(events);
		List<WatchEvent> complete = watch.complete(events, continued);
		if (!complete.isEmpty()) {
			Window.Batch batch = new Window.Batch(complete, this.lastEventsAt);
			this.window.handOver(batch);
			noteOldest();
			watch.changed(complete, () -> applied(batch));
		}
		else if (!continued && this.window.isEmpty()) {
			passOver(arrived.get(arrived.size() - 1).getKv().getModRevision());
		}
		if (this.window.isFull()) {
			this.wasFull = true;
			checkSoon();
		}
	}

	/** Nobody is told of what has come, and nothing that came before waits. */
	private void passOver(long revision) {
		this.lag.applied(revision, revision, this.lastEventsAt);
		noteOldest();
	}

	/**
	 * Forgets what has come of a revision that will not be complete.
	 * @param watch a watch that has ended
	 */
	void drop(SharedWatch watch) {
		this.window.giveBack(watch.incomplete());
	}

	/** On the thread of the owner. */
	private void applied(Window.Batch batch) {
		batch.setApplied();
		if (this.freeing.compareAndSet(false, true)) {
			this.enter.accept(this::freeApplied);
		}
	}

	private void freeApplied() {
		this.freeing.set(false);
		long now = this.threads.now();
		for (Window.Batch batch = this.window.nextApplied(); batch != null; batch = this.window.nextApplied()) {
			this.lag.applied(batch.firstRevision(), batch.lastRevision(), now);
		}
		this.lag.settle(this.stream.ids().confirmedCount() == 1, now);
		noteOldest();
		this.stream.applied();
	}

	private void checkSoon() {
		if (this.nextCheck == null) {
			this.nextCheck = this.threads.schedule(Lag.PERIOD, () -> this.stream.enter(this::check));
		}
	}

	private void check() {
		this.nextCheck = null;
		long now = this.threads.now();
		if (this.window.isEmpty() && now - this.lastEventsAt >= Lag.PERIOD.toNanos()) {
			this.lag.caughtUp();
		}
		this.lag.settle(this.stream.ids().confirmedCount() == 1, now);
		// While one mark is not applied, what etcd has made since is not either, though
		// there may be room for it here.
		if (this.wasFull || !this.lag.isEmpty()) {
			this.wasFull = this.window.isFull();
			readRevision(now);
		}
		noteOldest();
		if (behindFor(now).compareTo(Lag.LIMIT) >= 0) {
			this.stream.endForItself(Status.UNAVAILABLE
				.withDescription("what etcd tells could not be applied for " + Lag.LIMIT.toSeconds() + " s")
				.asRuntimeException());
		}
		else if (this.wasFull || !this.lag.isEmpty()) {
			checkSoon();
		}
	}

	private void readRevision(long now) {
		var unused = this.stream.head().thenAccept((revision) -> this.stream.enter(() -> {
			this.lag.mark(revision, now);
			noteOldest();
			if (!this.lag.isEmpty()) {
				checkSoon();
			}
		}));
	}

	private void noteOldest() {
		this.oldestHere = this.window.oldest(NOTHING);
		this.oldestMark = this.lag.oldest(NOTHING);
	}

	/**
	 * Tells how old the oldest is that has not been applied. Can be called from any
	 * thread.
	 * @param now the time
	 * @return zero where nothing waits
	 */
	Duration behindFor(long now) {
		Duration here = age(this.oldestHere, now);
		Duration marked = age(this.oldestMark, now);
		Duration counted = (here.compareTo(NOT_BEHIND) >= 0) ? here : Duration.ZERO;
		return (counted.compareTo(marked) > 0) ? counted : marked;
	}

	private static Duration age(long time, long now) {
		return (time != NOTHING) ? Duration.ofNanos(Math.max(0, now - time)) : Duration.ZERO;
	}

	/** Ends all checks. What is here is still applied. */
	void end() {
		if (this.nextCheck != null) {
			this.nextCheck.cancel(false);
		}
	}

}
