package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.retry.RetryOptions;

/**
 * All range watches of one owner, and what they share. Those that are lost together
 * neither list all at once (so many lists are under way at most, and ranges that somebody
 * waits for come first) nor say so a thousand times (within a minute of a warning, and
 * for as long as its range fails and no other is followed, those of other ranges for the
 * same kind of failure are not given). Confined to the thread of the loop, but for
 * {@link #behindFor()}. Not part of the API that users write against; may change.
 */
public final class RangeWatches implements AutoCloseable {

	static final int MAX_LISTS = 16;

	private static final Duration PAUSE = Duration.ofMinutes(1);

	/** How soon what has got lost for want of memory is made good. */
	private static final Duration LOOK = Duration.ofSeconds(1);

	private final EtcdClient client;

	private final EventLoop loop;

	private final RetryOptions retry;

	private final DiscoveryObserver observer;

	private final RandomGenerator random;

	private final Watches streams;

	private final EventLoop.Timer looks;

	private final Set<RangeWatch> open = new LinkedHashSet<>();

	private final Set<RangeWatch> queued = new LinkedHashSet<>();

	private final Set<RangeWatch> listing = new HashSet<>();

	/** Those that believe in their watch: while there is one, etcd is not away. */
	private final Set<Streak> followed = new HashSet<>();

	private final Map<Kind, Warning> warnings = new EnumMap<>(Kind.class);

	/**
	 * Begins with none.
	 * @param client the client
	 * @param loop on whose thread everything happens
	 * @param retry when to try again
	 * @param observer is told of lists and events; what it throws is not caught here, see
	 * {@link DiscoveryObserver#guarded()}
	 * @param random where jitter is taken from; used on the loop's thread only
	 */
	public RangeWatches(EtcdClient client, EventLoop loop, RetryOptions retry, DiscoveryObserver observer,
			RandomGenerator random) {
		this.client = client;
		this.loop = loop;
		this.retry = retry;
		this.observer = observer;
		this.random = random;
		this.streams = client.watches(loop);
		this.looks = loop.repeat(LOOK, this::look);
	}

	private void look() {
		List.copyOf(this.open).forEach((watch) -> this.loop.isolated(watch::look));
	}

	/**
	 * Prepares to follow a range.
	 * @param range the range
	 * @param listener is told what stands in the range
	 * @return the watch, to be started and closed
	 */
	public RangeWatch watch(KeyRange range, RangeListener listener) {
		return new RangeWatch(this, range, listener);
	}

	/**
	 * Returns for how long changes have been waiting that etcd is known to have made. Can
	 * be called on any thread.
	 * @return the age of the oldest of them; zero where nothing waits
	 */
	public Duration behindFor() {
		return this.streams.behindFor();
	}

	/** Ends all watches, without a word to their listeners. Can be called twice. */
	@Override
	public void close() {
		this.looks.cancel();
		this.streams.close();
	}

	EtcdClient client() {
		return this.client;
	}

	EventLoop loop() {
		return this.loop;
	}

	RetryOptions retry() {
		return this.retry;
	}

	DiscoveryObserver observer() {
		return this.observer;
	}

	RandomGenerator random() {
		return this.random;
	}

	Watches streams() {
		return this.streams;
	}

	/** A watch has begun. */
	void opened(RangeWatch watch) {
		this.open.add(watch);
	}

	/** A watch is over. */
	void closed(RangeWatch watch) {
		this.open.remove(watch);
	}

	/** Lets a watch list, at once or when it is its turn. */
	void queueToList(RangeWatch watch) {
		this.queued.add(watch);
		letNextList();
	}

	/** A watch has listed, or does not want to any more. Does nothing the second time. */
	void leaveQueue(RangeWatch watch) {
		this.queued.remove(watch);
		if (this.listing.remove(watch)) {
			letNextList();
		}
	}

	private void letNextList() {
		while (this.listing.size() < MAX_LISTS && !this.queued.isEmpty()) {
			RangeWatch next = this.queued.stream()
				.filter(RangeWatch::awaited)
				.findFirst()
				.orElseGet(() -> this.queued.iterator().next());
			this.queued.remove(next);
			this.listing.add(next);
			// One that cannot has nothing to do with whoever made room for it.
			this.loop.isolated(next::list);
		}
	}

	/** A range is followed, and has been for long enough to believe in it. */
	void followed(Streak streak) {
		this.followed.add(streak);
	}

	/** A range is not followed any more. */
	void notFollowed(Streak streak) {
		this.followed.remove(streak);
	}

	/**
	 * Tells whether to warn of a failure; then others have to wait. One that was followed
	 * until now counts as followed here: what has failed before was not its failure.
	 */
	boolean mayWarn(Streak streak, Kind kind) {
		Warning last = this.warnings.get(kind);
		if (last != null && last.by() != streak && (this.loop.since(last.when()).compareTo(PAUSE) < 0
				|| (this.followed.isEmpty() && last.by().speaksForAll(kind)))) {
			return false;
		}
		this.warnings.put(kind, new Warning(streak, this.loop.now()));
		return true;
	}

	private record Warning(Streak by, long when) {

	}

}
