package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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

/**
 * The names of all services where services are followed one by one: read from the keys
 * when somebody asks, but not too often.
 */
final class ServiceNames {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	/** How soon a read that failed may be repeated. */
	private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

	private final EtcdClient client;

	private final EventLoop loop;

	private final List<Layout> layouts;

	private final Duration refresh;

	private final FirstRead firstRead;

	private final Map<Integer, Set<String>> byLayout = new TreeMap<>();

	private volatile List<String> names = List.of();

	private volatile Union union = new Union(this.names, this.names, this.names);

	/** Time from which on the names may be read again. */
	private volatile long next;

	private int pending;

	private boolean started;

	private boolean failed;

	ServiceNames(EtcdClient client, EventLoop loop, Layouts layouts, ResolverOptions.Timing timing) {
		this.client = client;
		this.loop = loop;
		this.layouts = layouts.all();
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
		boolean failedBefore = this.failed;
		this.failed = false;
		for (int i = 0; i < this.layouts.size(); i++) {
			KeyRange range = this.layouts.get(i).allServices();
			if (range != null) {
				this.pending++;
				int position = i;
				var unused = this.client.listKeys(range)
					.whenComplete((listing, failure) -> this.loop
						.execute(() -> answered(position, listing, failure, failedBefore)));
			}
		}
	}

	private void answered(int position, @Nullable Listing listing, @Nullable Throwable failure, boolean failedBefore) {
		this.pending--;
		Layout layout = this.layouts.get(position);
		if (listing != null) {
			this.byLayout.put(position,
					listing.entries()
						.stream()
						.map((entry) -> nameOf(layout, entry))
						.filter(Objects::nonNull)
						.collect(Collectors.toSet()));
		}
		else {
			this.failed = true;
			logger.atLevel(failedBefore ? Level.DEBUG : Level.WARN)
				.log("Cannot read the names of the services of {}, those known stay known: {}", layout,
						(failure != null) ? failure.getMessage() : "no answer");
		}
		if (this.pending == 0) {
			publish();
		}
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
		this.names = sorted(this.byLayout.values(), this.names);
		this.next = this.loop.now() + (this.failed ? AFTER_FAILURE : this.refresh).toNanos();
		this.firstRead.done();
	}

	/** Returns the list that was there before where nothing has changed. */
	private static List<String> sorted(Collection<? extends Collection<String>> names, List<String> before) {
		TreeSet<String> all = new TreeSet<>();
		names.forEach(all::addAll);
		List<String> sorted = List.copyOf(all);
		return sorted.equals(before) ? before : sorted;
	}

	/** Names from two sources, put together once. */
	private record Union(List<String> read, List<String> followed, List<String> all) {

		Union of(List<String> read, List<String> followed) {
			return new Union(read, followed, sorted(List.of(read, followed), this.all));
		}

	}

}
