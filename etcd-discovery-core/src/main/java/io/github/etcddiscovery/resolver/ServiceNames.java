package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import static java.util.Objects.requireNonNull;

/**
 * Reads the names of all services where services are followed one by one: from the keys,
 * when somebody asks, but not too often, and again and again while somebody wants to be
 * told. Confined to the loop's thread, but for {@link #ask()}.
 */
final class ServiceNames {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	/** How soon a read without an answer may be repeated. */
	private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

	private final EtcdClient client;

	private final EventLoop loop;

	private final Services services;

	private final Publisher publisher;

	private final List<Source> sources;

	private final Duration refresh;

	private final FirstAnswer firstAnswer;

	/** The first time at which a layout is due. */
	private volatile long due;

	private int pending;

	/** What was read last; null before anything was, so that nothing is new then. */
	private @Nullable Set<String> read;

	private EventLoop.Timer poll = EventLoop.Timer.NONE;

	/**
	 * Prepares.
	 * @param layouts whose names are read, where they can be listed at all
	 * @param following knows the services that are followed, and whoever wants to be told
	 */
	ServiceNames(List<LayoutReader> layouts, Following following) {
		this.client = following.client();
		this.loop = following.loop();
		this.services = following.services();
		this.publisher = following.publisher();
		this.sources = layouts.stream()
			.flatMap((layout) -> layout.allServices().stream().map((range) -> new Source(layout, range)))
			.toList();
		this.refresh = following.timing().servicesRefresh();
		this.firstAnswer = new FirstAnswer(following.timing().firstSnapshotTimeout());
		this.due = this.loop.now();
	}

	/** Tells whether there is a layout whose services can be listed at all. */
	boolean canBeRead() {
		return !this.sources.isEmpty();
	}

	/** Reads the names where it is time to; returns what a first caller waits for. */
	FirstAnswer ask() {
		if (this.loop.now() - this.due >= 0) {
			this.loop.execute(this::readWhereDue);
		}
		return this.firstAnswer;
	}

	/** Reads the names now and whenever it is time to, or not any more. */
	void readOnAndOn(boolean wanted) {
		this.poll.cancel();
		if (wanted) {
			readWhereDue();
			Duration left = Duration.ofNanos(Math.max(this.due - this.loop.now(), AFTER_FAILURE.toNanos()));
			this.poll = this.loop.schedule(left, () -> readOnAndOn(true));
		}
	}

	/** Ends all reading and waiting. */
	void close() {
		this.poll.cancel();
		this.firstAnswer.come();
	}

	private void readWhereDue() {
		if (this.pending == 0) {
			if (this.read == null) {
				this.firstAnswer.startWaiting(this.loop, this.firstAnswer::come);
			}
			long now = this.loop.now();
			List<Source> due = this.sources.stream().filter((source) -> now - source.due >= 0).toList();
			this.pending = due.size();
			due.forEach(Source::read);
		}
	}

	private void answered() {
		this.pending--;
		if (this.pending == 0) {
			long now = this.loop.now();
			this.due = now + this.sources.stream().mapToLong((source) -> source.due - now).min().orElse(0);
			publish();
			this.firstAnswer.come();
		}
	}

	private void publish() {
		Set<String> before = this.read;
		Set<String> after = new HashSet<>();
		this.sources.forEach((source) -> after.addAll(source.names));
		this.services.namesRead(after);
		if (before != null) {
			after.stream().filter((name) -> !before.contains(name)).forEach((name) -> tell(name, State.UNREAD));
			before.stream().filter((name) -> !after.contains(name)).forEach((name) -> tell(name, State.READ));
		}
		if (this.sources.stream().anyMatch((source) -> source.revision > 0)) {
			this.read = after;
		}
	}

	/** A service has come or gone; of one that is followed its feeds tell. */
	private void tell(String name, State state) {
		if (this.services.get(name) == null) {
			long revision = this.sources.stream().mapToLong((source) -> source.revision).max().orElse(0);
			this.publisher.tellOfName(new ServiceSnapshot(name, revision, List.of(), state));
		}
	}

	/** A layout that can be listed. */
	private final class Source {

		private final LayoutReader layout;

		private final KeyRange range;

		/** Time from which on its names may be read again. */
		private long due = ServiceNames.this.loop.now();

		private Set<String> names = Set.of();

		/** The names of the pages that have come so far. */
		private Set<String> coming = Set.of();

		/** At which the names were read; 0 before they were. */
		private long revision;

		private boolean failing;

		private Source(LayoutReader layout, KeyRange range) {
			this.layout = layout;
			this.range = range;
		}

		private void read() {
			EventLoop loop = ServiceNames.this.loop;
			this.due = loop.now() + ServiceNames.this.refresh.toNanos();
			loop.whenDone(ServiceNames.this.client.list(this.range, true, loop, this::page), (revision, failure) -> {
				if (revision != null) {
					this.failing = false;
					this.names = this.coming;
					this.revision = revision;
				}
				else {
					failed(EtcdDiscoveryException.of("read of names", requireNonNull(failure)));
				}
				answered();
			});
		}

		private void page(Page page) {
			if (page.first()) {
				this.coming = new HashSet<>();
			}
			for (Entry entry : page.entries()) {
				this.layout.serviceOf(entry.key())
					.filter((name) -> !this.coming.contains(name) && this.layout.carries(name))
					.ifPresent(this.coming::add);
			}
		}

		/** A layout that is refused is no sooner read again than if it had been read. */
		private void failed(EtcdDiscoveryException cause) {
			if (!cause.kind().refused()) {
				this.due = ServiceNames.this.loop.now() + AFTER_FAILURE.toNanos();
			}
			logger.atLevel(this.failing ? Level.DEBUG : Level.WARN)
				.log("Cannot read the names of the services of {}, those known stay known: {}", this.layout,
						cause.getMessage());
			this.failing = true;
		}

	}

}
