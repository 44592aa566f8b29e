package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
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

	private final ResolverContext context;

	private final List<Source> sources;

	/** Whether somebody has asked and the loop has not seen it yet. */
	private final AtomicBoolean asked = new AtomicBoolean();

	private EventLoop.Timer poll = EventLoop.Timer.NONE;

	/**
	 * Prepares.
	 * @param layouts whose names are read, where they can be listed at all
	 * @param context knows the services that are followed, and whoever wants to be told
	 */
	ServiceNames(List<LayoutReader> layouts, ResolverContext context) {
		this.context = context;
		this.sources = layouts.stream()
			.flatMap((layout) -> layout.allServices().stream().map((range) -> new Source(layout, range)))
			.toList();
	}

	/** Tells whether there is a layout whose services can be listed at all. */
	boolean canBeRead() {
		return !this.sources.isEmpty();
	}

	/** Reads the names where it is time to; returns what a first caller waits for. */
	List<FirstAnswer> ask() {
		if (this.sources.stream().anyMatch(Source::isDue) && this.asked.compareAndSet(false, true)) {
			try {
				this.context.loop().execute(this::readAsAsked);
			}
			catch (Throwable ex) { // for want of memory: the next one who asks counts
				this.asked.set(false);
				throw ex;
			}
		}
		return this.sources.stream().map((source) -> source.answer).toList();
	}

	/** Reads the names now and whenever it is time to, or not any more. */
	void readOnAndOn(boolean wanted) {
		this.poll.cancel();
		if (wanted) {
			this.poll = this.context.loop().repeat(AFTER_FAILURE, this::readWhereDue);
			readWhereDue();
		}
	}

	/** Ends all reading and waiting. */
	void close() {
		this.poll.cancel();
		this.sources.forEach((source) -> source.answer.come());
	}

	private void readAsAsked() {
		this.asked.set(false);
		readWhereDue();
	}

	private void readWhereDue() {
		this.sources.stream().filter(Source::isDue).forEach(Source::read);
	}

	private Set<String> names() {
		return this.sources.stream().flatMap((source) -> source.names.stream()).collect(Collectors.toSet());
	}

	/** A service has come or gone; of one that is followed its feeds tell. */
	private void tell(String name, long revision, State state) {
		if (this.context.services().get(name) == null) {
			this.context.publisher().tellOfName(new ServiceSnapshot(name, revision, List.of(), state));
		}
	}

	/** A layout that can be listed. */
	private final class Source {

		private final LayoutReader layout;

		private final KeyRange range;

		private final FirstAnswer answer = new FirstAnswer(context().timing().firstSnapshotTimeout());

		/** Time from which on its names may be read again, unless they are being read. */
		private volatile long due = context().loop().now();

		private volatile boolean reading;

		private Set<String> names = Set.of();

		/** The names of the pages that have come so far. */
		private Set<String> coming = Set.of();

		private boolean failing;

		private Source(LayoutReader layout, KeyRange range) {
			this.layout = layout;
			this.range = range;
		}

		private ResolverContext context() {
			return ServiceNames.this.context;
		}

		private boolean isDue() {
			return !this.reading && context().loop().now() - this.due >= 0;
		}

		private void read() {
			EventLoop loop = context().loop();
			dueIn(context().timing().servicesRefresh());
			this.answer.startWaiting(loop, this.answer::come);
			loop.whenDone(context().client().list(this.range, true, loop, this::page), this::answered);
			this.reading = true;
		}

		private void dueIn(Duration delay) {
			this.due = context().loop().now() + delay.toNanos();
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

		private void answered(@Nullable Long revision, @Nullable Throwable failure) {
			this.reading = false;
			if (revision != null) {
				listed(revision);
			}
			else {
				failed(EtcdDiscoveryException.of("read of names", requireNonNull(failure)));
			}
			this.answer.come();
		}

		private void listed(long revision) {
			Set<String> before = names();
			this.names = this.coming;
			Set<String> after = names();
			context().services().namesRead(after);
			// Names of the first answer are not new to anybody, unless it came too late.
			if (this.answer.hasCome()) {
				after.stream()
					.filter((name) -> !before.contains(name))
					.forEach((name) -> tell(name, revision, State.UNREAD));
				before.stream()
					.filter((name) -> !after.contains(name))
					.forEach((name) -> tell(name, revision, State.READ));
			}
			if (this.failing) {
				logger.info("The names of the services of {} are read again", this.layout);
			}
			this.failing = false;
		}

		/** A layout that is refused is no sooner read again than if it had been read. */
		private void failed(EtcdDiscoveryException cause) {
			if (!cause.kind().refused()) {
				dueIn(AFTER_FAILURE);
			}
			boolean first = !this.failing;
			this.failing = true;
			logger.atLevel(first ? Level.WARN : Level.DEBUG)
				.log("Cannot read the names of the services of {}, those known stay known: {}", this.layout,
						cause.getMessage());
		}

	}

}
