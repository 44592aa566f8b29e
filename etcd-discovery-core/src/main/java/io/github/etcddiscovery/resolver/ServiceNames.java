package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import static java.util.Objects.requireNonNull;

/**
 * The names of all services where services are followed one by one: read from the keys
 * when somebody asks, but not too often.
 */
final class ServiceNames {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	/** How soon a read without an answer may be repeated. */
	private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

	private final EtcdClient client;

	private final EventLoop loop;

	private final List<Source> sources;

	private final Duration refresh;

	private final FirstRead firstRead;

	private volatile List<String> names = List.of();

	private volatile Union union = new Union(this.names, this.names, this.names);

	/** The first time at which a layout is due. */
	private volatile long next;

	private int pending;

	private boolean started;

	ServiceNames(EtcdClient client, EventLoop loop, Layouts layouts, ResolverOptions.Timing timing) {
		this.client = client;
		this.loop = loop;
		this.sources = layouts.all()
			.stream()
			.filter((layout) -> layout.allServices() != null)
			.map(Source::new)
			.toList();
		this.refresh = timing.servicesRefresh();
		this.firstRead = new FirstRead(timing.firstSnapshotTimeout());
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
	FirstRead ask() {
		if (this.loop.now() - this.next >= 0) {
			this.loop.execute(this::readOnce);
		}
		return this.firstRead;
	}

	/** Ends all waiting. */
	void close() {
		this.firstRead.done();
	}

	private void readOnce() {
		if (this.pending > 0 || this.loop.now() - this.next < 0) {
			return;
		}
		if (!this.started) {
			this.started = true;
			this.firstRead.start(this.loop, () -> {
			});
		}
		long now = this.loop.now();
		for (Source source : this.sources) {
			if (now - source.due >= 0) {
				this.pending++;
				source.due = now + this.refresh.toNanos();
				this.loop.whenDone(this.client.listKeys(source.range),
						(listing, failure) -> answered(source, listing, failure));
			}
		}
	}

	private void answered(Source source, @Nullable Listing listing, @Nullable Throwable failure) {
		this.pending--;
		if (listing != null) {
			source.failing = false;
			source.names = namesIn(listing, source.layout);
		}
		else {
			failed(source, EtcdDiscoveryException.of("read of names", requireNonNull(failure)));
		}
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

	private static Set<String> namesIn(Listing listing, Layout layout) {
		return listing.entries()
			.stream()
			.map((entry) -> nameOf(layout, entry))
			.filter(Objects::nonNull)
			.collect(Collectors.toSet());
	}

	private static @Nullable String nameOf(Layout layout, Entry entry) {
		try {
			String name = layout.codec().serviceOf(layout.prefix(), entry.key());
			return (name != null && Layouts.carries(layout, name)) ? name : null;
		}
		catch (RuntimeException ex) {
			// Codecs of users: one bad key must not cost the others.
			return null;
		}
	}

	private void publish() {
		this.names = sorted(this.sources.stream().map((source) -> source.names).toList(), this.names);
		long now = this.loop.now();
		this.next = now + this.sources.stream().mapToLong((source) -> source.due - now).min().orElse(0);
		this.firstRead.done();
	}

	/** Returns the list that was there before where nothing has changed. */
	private static List<String> sorted(Collection<? extends Collection<String>> names, List<String> before) {
		TreeSet<String> all = new TreeSet<>();
		names.forEach(all::addAll);
		List<String> sorted = List.copyOf(all);
		return sorted.equals(before) ? before : sorted;
	}

	/** A layout that can be listed. Confined to the loop's thread. */
	private final class Source {

		private final Layout layout;

		private final KeyRange range;

		/** Time from which on its names may be read again. */
		private long due = ServiceNames.this.loop.now();

		private Set<String> names = Set.of();

		private boolean failing;

		private Source(Layout layout) {
			this.layout = layout;
			this.range = requireNonNull(layout.allServices());
		}

	}

	/** What was read and what is followed, put together once. */
	private record Union(List<String> read, List<String> followed, List<String> all) {

		Union of(List<String> read, List<String> followed) {
			return new Union(read, followed, sorted(List.of(read, followed), this.all));
		}

	}

}
