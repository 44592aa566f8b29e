package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import static java.util.Objects.requireNonNull;

/**
 * The names of all services where services are followed one by one: read from the keys
 * when somebody asks, but not too often, and again and again while somebody wants to be
 * told.
 */
final class ServiceNames {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	/** How soon a read without an answer may be repeated. */
	private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

	private final EtcdClient client;

	private final EventLoop loop;

	private final List<Source> sources;

	private final Duration refresh;

	private final FirstAnswer firstAnswer;

	private volatile List<String> names = List.of();

	private volatile Union union = new Union(this.names, this.names, this.names);

	/** The first time at which a layout is due. */
	private volatile long next;

	private int pending;

	private boolean started;

	/** Whether any names were read, so that others are new. */
	private boolean read;

	private @Nullable Listener listener;

	private EventLoop.Timer poll = EventLoop.Timer.NONE;

	ServiceNames(EtcdClient client, EventLoop loop, Layouts layouts, ResolverOptions.Timing timing) {
		this.client = client;
		this.loop = loop;
		this.sources = layouts.all()
			.stream()
			.filter((layout) -> layout.allServices() != null)
			.map(Source::new)
			.toList();
		this.refresh = timing.servicesRefresh();
		this.firstAnswer = new FirstAnswer(timing.firstSnapshotTimeout());
		this.next = loop.now();
	}

	/**
	 * Returns the names that were read and those of services that are followed, which are
	 * newer, and may be of layouts whose names cannot be read. Can be called on any
	 * thread.
	 */
	List<String> with(List<String> followed) {
		Union known = this.union;
		List<String> read = this.names;
		if (known.read() != read || known.followed() != followed) {
			known = known.of(read, followed);
			this.union = known;
		}
		return known.all();
	}

	/** Reads the names where it is time to; returns what a first caller waits for. */
	FirstAnswer ask() {
		if (this.loop.now() - this.next >= 0) {
			this.loop.execute(this::readOnce);
		}
		return this.firstAnswer;
	}

	/**
	 * Reads the names now and whenever it is time to, for as long as there is a listener.
	 */
	void listen(@Nullable Listener listener) {
		this.listener = listener;
		this.poll.cancel();
		if (listener != null) {
			readOnce();
			pollLater();
		}
	}

	private void pollLater() {
		Duration left = Duration.ofNanos(Math.max(this.next - this.loop.now(), AFTER_FAILURE.toNanos()));
		this.poll = this.loop.schedule(left, () -> {
			readOnce();
			pollLater();
		});
	}

	/** Ends all reading and waiting. */
	void close() {
		this.listener = null;
		this.poll.cancel();
		this.firstAnswer.come();
	}

	private void readOnce() {
		if (this.pending > 0 || this.loop.now() - this.next < 0) {
			return;
		}
		if (!this.started) {
			this.started = true;
			this.firstAnswer.startWaiting(this.loop, () -> {
			});
		}
		long now = this.loop.now();
		for (Source source : this.sources) {
			if (now - source.due >= 0) {
				this.pending++;
				source.due = now + this.refresh.toNanos();
				source.read();
			}
		}
	}

	private void answered(Source source, @Nullable Long revision, @Nullable Throwable failure) {
		this.pending--;
		if (revision != null) {
			source.failing = false;
			source.names = source.coming;
			source.revision = revision;
		}
		else {
			failed(source, EtcdDiscoveryException.of("read of names", requireNonNull(failure)));
		}
		source.coming = Set.of();
		if (this.pending == 0) {
			publish();
		}
	}

	/** A layout that is refused is no sooner read again than if it had been read. */
	private void failed(Source source, EtcdDiscoveryException cause) {
		if (!cause.kind().refused()) {
			source.due = this.loop.now() + AFTER_FAILURE.toNanos();
		}
		logger.atLevel(source.failing ? Level.DEBUG : Level.WARN)
			.log("Cannot read the names of the services of {}, those known stay known: {}", source.layout,
					cause.getMessage());
		source.failing = true;
	}

	private void publish() {
		List<String> before = this.names;
		this.names = sorted(this.sources.stream().map((source) -> source.names).toList(), before);
		long now = this.loop.now();
		this.next = now + this.sources.stream().mapToLong((source) -> source.due - now).min().orElse(0);
		this.firstAnswer.come();
		if (this.read && this.listener != null && this.names != before) {
			tellDifference(this.listener, before);
		}
		this.read |= this.sources.stream().anyMatch((source) -> source.revision > 0);
	}

	private void tellDifference(Listener listener, List<String> before) {
		long revision = this.sources.stream().mapToLong((source) -> source.revision).max().orElse(0);
		Set<String> gone = new HashSet<>(before);
		for (String name : this.names) {
			if (!gone.remove(name)) {
				listener.came(name, revision);
			}
		}
		gone.forEach((name) -> listener.went(name, revision));
	}

	/** Returns the list that was there before where nothing has changed. */
	private static List<String> sorted(Collection<? extends Collection<String>> names, List<String> before) {
		TreeSet<String> all = new TreeSet<>();
		names.forEach(all::addAll);
		List<String> sorted = List.copyOf(all);
		return sorted.equals(before) ? before : sorted;
	}

	/**
	 * Is told which names have come and gone since they were read before.
	 */
	interface Listener {

		void came(String name, long revision);

		void went(String name, long revision);

	}

	/** A layout that can be listed. Confined to the loop's thread. */
	private final class Source {

		private final Layout layout;

		private final KeyRange range;

		/** Time from which on its names may be read again. */
		private long due = ServiceNames.this.loop.now();

		private Set<String> names = Set.of();

		/** The names of the pages that have come so far. */
		private Set<String> coming = Set.of();

		private long revision;

		private boolean failing;

		private Source(Layout layout) {
			this.layout = layout;
			this.range = requireNonNull(layout.allServices());
		}

		private void read() {
			EventLoop loop = ServiceNames.this.loop;
			loop.whenDone(ServiceNames.this.client.list(this.range, true, loop, this::page),
					(revision, failure) -> answered(this, revision, failure));
		}

		private void page(Page page) {
			if (page.first()) {
				this.coming = new HashSet<>();
			}
			for (Entry entry : page.entries()) {
				nameIn(entry).filter((name) -> !this.coming.contains(name) && Layouts.carries(this.layout, name))
					.ifPresent(this.coming::add);
			}
		}

		private Optional<String> nameIn(Entry entry) {
			return Layouts.ask(
					() -> Optional.ofNullable(this.layout.codec().serviceOf(this.layout.prefix(), entry.key())),
					Optional.empty());
		}

	}

	/** What was read and what is followed, put together once. */
	private record Union(List<String> read, List<String> followed, List<String> all) {

		Union of(List<String> read, List<String> followed) {
			return new Union(read, followed, sorted(List.of(read, followed), this.all));
		}

	}

}
