package io.github.etcddiscovery.resolver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.etcddiscovery.file.Saved;
import io.github.etcddiscovery.file.SavedInstance;
import io.github.etcddiscovery.file.SavedRange;
import io.github.etcddiscovery.file.SnapshotFile;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.Workers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.util.Objects.requireNonNull;

/**
 * Keeps what is known in a file, for a restart while etcd is away. The file is read once,
 * at the start. A range whose first list has failed, or has taken longer than lookups
 * wait, is offered here, and shows what the file has of it until it is listed: so an etcd
 * that answers is never preceded by what is old. Files are read and written by workers,
 * from snapshots; everything else is confined to the loop's thread.
 *
 * <pre>
 * state    signal                                            next
 * READING  a feed is offered                                 READING, the feed waits
 * READING  the file was read, or cannot be used              RESTING, feeds that wait are served
 * RESTING  a feed is offered                                 RESTING, it shows what the file has of it
 * RESTING  every 5 s: etcd has answered, and something has   WRITING; what was in the file and was not
 *          changed or the file was not confirmed for 55 s    needed is forgotten
 * WRITING  it was written                                    RESTING
 * WRITING  it could not be written                           RESTING, next try in a minute
 * RESTING  close                                             CLOSED, written once more
 * WRITING  close                                             CLOSED, written once more afterwards
 * any      close                                             CLOSED
 * NO_FILE  anything                                          NO_FILE
 * </pre>
 */
final class LastKnown {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	/** The file is written no more often. */
	static final Duration PAUSE = Duration.ofSeconds(5);

	/** Its time is never older than this and a pause, while everything is confirmed. */
	static final Duration OLDEST = Duration.ofSeconds(55);

	/** How soon to write again after that has failed. */
	private static final Duration AGAIN = Duration.ofMinutes(1);

	private final ResolverContext context;

	private final Workers workers;

	private final Supplier<List<Feed>> feeds;

	private final @Nullable SnapshotFile file;

	private State state;

	/** What the file is of; known from when it was read on. */
	private String of = "";

	/** What was in the file and is not shown: of ranges that have not been offered. */
	private Map<SavedRange, List<SavedInstance>> content = new HashMap<>();

	/** When the content was confirmed, by the loop's clock. */
	private long confirmedAt;

	private final Set<Feed> waiting = new LinkedHashSet<>();

	private boolean told;

	private EventLoop.Timer timer = EventLoop.Timer.NONE;

	/** How many snapshots had been shown when the file was written last. */
	private long written = -1;

	/** When what was written last had been confirmed. */
	private long writtenOf;

	private long nextTry;

	/** Done, with whether it was written, when nothing is written at present. */
	private CompletableFuture<Boolean> underWay = CompletableFuture.completedFuture(true);

	/**
	 * Prepares.
	 * @param context what all feeds share
	 * @param workers read and write
	 * @param feeds returns all that are followed at present
	 */
	LastKnown(ResolverContext context, Workers workers, Supplier<List<Feed>> feeds) {
		Path path = context.options().snapshotFile();
		this.context = context;
		this.workers = workers;
		this.feeds = feeds;
		this.file = (path != null) ? SnapshotFile.of(path) : null;
		this.state = (path != null) ? State.READING : State.NO_FILE;
		this.nextTry = context.loop().now();
	}

	boolean isKept() {
		return this.file != null;
	}

	/** Reads the file, once it is known where etcd is. */
	void start() {
		SnapshotFile file = this.file;
		if (file != null) {
			var unused = this.context.client()
				.endpoints()
				.thenAccept((endpoints) -> this.workers.executeOnceThereIsAThread(() -> {
					String of = describe(endpoints, this.context.options());
					Saved saved = file.load(of);
					this.context.loop().execute(() -> read(of, saved));
				}, this.context.loop()));
			this.timer = this.context.loop().repeat(PAUSE, this::writeWhereDue);
		}
	}

	/** What a file is of: one of anything else is not believed. */
	static String describe(List<String> endpoints, ResolverOptions options) {
		return "endpoints " + endpoints.stream().sorted().toList() + ", layouts " + options.layouts() + ", scope "
				+ options.scope();
	}

	private void read(String of, @Nullable Saved saved) {
		if (this.state == State.READING) {
			this.state = State.RESTING;
			this.of = of;
			if (saved != null && isTooOld(saved)) {
				logger.warn("The snapshot file {} is ignored: it is older than the stale timeout", this.file);
			}
			else if (saved != null) {
				this.confirmedAt = this.context.loop().now() - saved.age().toNanos();
				this.content = new HashMap<>(saved.ranges());
			}
			this.waiting.forEach(this::serve);
			this.waiting.clear();
		}
	}

	/** What would not be shown must not make all the others look as old. */
	private boolean isTooOld(Saved saved) {
		Duration limit = this.context.timing().staleTimeout();
		return !limit.isZero() && saved.age().compareTo(limit) >= 0;
	}

	/**
	 * etcd has not told what stands in a range, if it has not, and may not for a while.
	 */
	void offer(Feed feed) {
		if (this.state == State.READING) {
			this.waiting.add(feed);
		}
		else {
			serve(feed);
		}
	}

	/** A range is not followed any more. */
	void withdraw(Feed feed) {
		this.waiting.remove(feed);
	}

	private void serve(Feed feed) {
		List<SavedInstance> saved = this.content.remove(feed.savedRange());
		if (saved != null && !feed.isRead()) {
			this.context.loop().isolated(() -> feed.showSaved(saved, this.confirmedAt));
			if (!this.told) {
				this.told = true;
				logger.info("Until etcd tells what stands there, what stood there {} s ago is served, from {}",
						this.context.loop().since(this.confirmedAt).toSeconds(), this.file);
			}
		}
	}

	private void writeWhereDue() {
		long now = this.context.loop().now();
		boolean changed = this.written != this.context.services().shownSoFar();
		boolean old = now - this.context.staleness().age().toNanos() - this.writtenOf >= OLDEST.toNanos();
		if (this.state == State.RESTING && (changed || old) && now - this.nextTry >= 0 && mayBeWritten()) {
			write();
		}
	}

	/**
	 * Before etcd has answered the file knows more than this process does, and so it does
	 * where it has something that may still be needed, or where what is known is so old
	 * that it is not shown any more, or is not shown yet again: what is written is what
	 * is shown, and the age falls before that comes back.
	 */
	private boolean mayBeWritten() {
		Duration tooOld = this.context.timing().staleTimeout().dividedBy(2);
		return (this.state == State.RESTING || this.state == State.WRITING) && this.context.services().revision() > 0
				&& !this.context.publisher().isEmptied()
				&& (tooOld.isZero() || this.context.staleness().age().compareTo(tooOld) < 0)
				&& (this.content.isEmpty() || this.feeds.get()
					.stream()
					.noneMatch((feed) -> !feed.isRead() && this.content.containsKey(feed.savedRange())));
	}

	private void write() {
		long shown = this.context.services().shownSoFar();
		Duration age = this.context.staleness().age();
		// Here and not by the worker: of a range that was read everything is shown now.
		List<SavedRange> ranges = this.feeds.get().stream().filter(Feed::isRead).map(Feed::savedRange).toList();
		List<ServiceSnapshot> snapshots = this.context.services().all().stream().map(Service::snapshot).toList();
		CompletableFuture<Boolean> before = this.underWay;
		this.state = State.WRITING;
		this.content = new HashMap<>();
		this.writtenOf = this.context.loop().now() - age.toNanos();
		this.underWay = CompletableFuture.supplyAsync(() -> {
			before.join();
			return this.file != null && this.file.write(this.of, new Saved(age, saved(ranges, snapshots)));
		}, (task) -> this.workers.executeOnceThereIsAThread(task, this.context.loop())).exceptionally((ex) -> false);
		this.context.loop()
			.whenDone(this.underWay, (succeeded, failure) -> written(Boolean.TRUE.equals(succeeded) ? shown : -1));
	}

	private void written(long shown) {
		if (this.state == State.WRITING) {
			this.state = State.RESTING;
			this.written = shown;
			if (shown < 0) {
				this.nextTry = this.context.loop().now() + AGAIN.toNanos();
			}
		}
	}

	/** On a worker. */
	private static Map<SavedRange, List<SavedInstance>> saved(List<SavedRange> ranges, List<ServiceSnapshot> shown) {
		Map<SavedRange, List<SavedInstance>> saved = new LinkedHashMap<>();
		ranges.forEach((range) -> saved.put(range, new ArrayList<>()));
		for (ServiceSnapshot snapshot : shown) {
			for (int i = 0; i < snapshot.instances().size(); i++) {
				DiscoveredInstance found = snapshot.discovered(i);
				FeedEntry entry = requireNonNull(found.entry());
				List<SavedInstance> range = saved.getOrDefault(new SavedRange(entry.layout(), null),
						saved.get(new SavedRange(entry.layout(), snapshot.service())));
				if (range != null) {
					range.add(new SavedInstance(entry.key(), found.instance(), found.lease(), found.revision()));
				}
			}
		}
		return saved;
	}

	/**
	 * Writes once more. On the loop's thread.
	 * @return done when nothing is written any more
	 */
	CompletableFuture<Boolean> close() {
		this.timer.cancel();
		if (mayBeWritten()) {
			write();
		}
		this.state = State.CLOSED;
		this.waiting.clear();
		return this.underWay;
	}

	/**
	 * What is done with the file.
	 */
	private enum State {

		/** There shall be none. */
		NO_FILE,

		/** It is read. */
		READING,

		/** Nothing, for the moment. */
		RESTING,

		/** It is written. */
		WRITING,

		/** Nothing any more. */
		CLOSED

	}

}
