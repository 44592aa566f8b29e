package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.resolver.Missing.Farewell;
import io.github.etcddiscovery.watch.RangeWatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.util.Objects.requireNonNull;

/**
 * Compares once what is known of a range with what stands in etcd, beside the watch that
 * goes on. Only keys are listed, at revision R: their mod revisions tell whether what is
 * known of them is right. Keys whose last event is above R are left; all others become
 * what the list says, and values that are not known are read. An event of before R may
 * come after the list, so a difference is an event that was lost only where it stays.
 *
 * <pre>
 * state    signal                          next
 * LISTING  a page                          LISTING, keys noted whose value is not known
 * LISTING  list done, no difference        OVER, counted
 * LISTING  list done, a difference         SETTLING
 * SETTLING 10 s are over                   READING, keys removed that are gone
 * READING  up to 100 values read           READING, each taken over unless a later event was told
 * READING  no key left                     OVER, counted
 * any      no answer, the watch has ended  OVER
 * LISTING  a page cannot be taken in       OVER, as where there is no answer
 * any      anything else is thrown         OVER, and the watch begins anew with a list
 * </pre>
 *
 * Confined to the loop's thread.
 */
final class Resync {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	/** An event that is later than this ends the watch: it is not waited for. */
	static final Duration LATEST_EVENT = Duration.ofSeconds(10);

	private final ResolverContext context;

	private final KeyRange range;

	private final RangeEntries entries;

	private final RangeWatch watch;

	/** Revision that etcd is known to have had before the list. */
	private final long floor;

	private State state = State.LISTING;

	/** Keys whose value is not known, as they were listed. */
	private final Map<Bytes, Entry> unknown = new LinkedHashMap<>();

	/** Keys that were deleted since the beginning, and when. */
	private final Map<Bytes, Long> deleted = new HashMap<>();

	private int lost;

	/**
	 * Prepares.
	 * @param context what all feeds share
	 * @param range the range
	 * @param entries what is known of it
	 * @param watch is told where etcd has lost data
	 */
	Resync(ResolverContext context, KeyRange range, RangeEntries entries, RangeWatch watch) {
		this.context = context;
		this.range = range;
		this.entries = entries;
		this.watch = watch;
		this.floor = watch.greatestRevision();
	}

	void start() {
		EventLoop loop = this.context.loop();
		loop.whenDone(this.context.client().list(this.range, true, loop, this::page),
				(revision, failure) -> go(State.LISTING, failure, () -> listed(requireNonNull(revision))));
	}

	boolean isOver() {
		return this.state == State.OVER;
	}

	/** A key was deleted meanwhile, whatever a list or an answer will say of it. */
	void deleted(Entry key) {
		if (!isOver()) {
			this.deleted.put(key.key(), key.modRevision());
		}
	}

	/** Ends, and remembers nothing: the next one may be a day away. */
	void close() {
		this.state = State.OVER;
		this.unknown.clear();
		this.deleted.clear();
	}

	private void page(Page page) {
		if (this.state != State.LISTING) {
			throw new EtcdDiscoveryException(EtcdDiscoveryException.Kind.CLOSED,
					"list of the keys of " + this.range + ": nobody waits for it", null);
		}
		if (page.first()) {
			this.entries.beginKeys();
			this.unknown.clear();
		}
		for (Entry key : page.entries()) {
			if (!this.entries.isKnown(key)) {
				this.unknown.put(key.key(), key);
			}
		}
	}

	private void listed(long revision) {
		if (revision < this.floor) {
			this.watch.storeWentBack(this.floor, revision);
			return;
		}
		this.unknown.values().removeIf(this::isOvertaken);
		if (this.unknown.isEmpty() && !this.entries.hasUnshown(revision)) {
			end();
			return;
		}
		this.state = State.SETTLING;
		this.context.loop().schedule(LATEST_EVENT, () -> go(State.SETTLING, null, () -> compare(revision)));
	}

	private void compare(long revision) {
		this.lost += this.entries.removeUnshown(revision);
		this.state = State.READING;
		readNext();
	}

	private void readNext() {
		this.unknown.values().removeIf(this::isOvertaken);
		List<Bytes> keys = this.unknown.keySet().stream().limit(EtcdClient.MAX_KEYS).toList();
		if (keys.isEmpty()) {
			end();
			return;
		}
		this.context.loop()
			.whenDone(this.context.client().read(keys),
					(answer, failure) -> go(State.READING, failure, () -> take(keys, requireNonNull(answer))));
	}

	/** Tells whether the watch has told of a key what was listed, or later things. */
	private boolean isOvertaken(Entry listed) {
		return this.entries.modRevision(listed.key()) >= listed.modRevision()
				|| this.deleted.getOrDefault(listed.key(), 0L) > listed.modRevision();
	}

	private void take(List<Bytes> keys, Listing answer) {
		Map<Bytes, Entry> found = answer.entries().stream().collect(Collectors.toMap(Entry::key, (entry) -> entry));
		for (Bytes key : keys) {
			this.unknown.remove(key);
			Entry entry = found.get(key);
			boolean changed = (entry != null) ? !isOvertaken(entry) && this.entries.put(entry)
					: this.entries.delete(key, answer.revision(), Farewell.NOT_SAID);
			this.lost += changed ? 1 : 0;
		}
		readNext();
	}

	private void end() {
		close();
		if (this.lost > 0) {
			logger.warn("A resync of {} found {} keys to be other than the watch had told: events were lost",
					this.range, this.lost);
		}
		this.context.options().observer().resync((this.lost > 0) ? "events_lost" : "interval");
	}

	/** Goes on where this is not over, and ends where there was no answer. */
	private void go(State expected, @Nullable Throwable failure, Runnable next) {
		if (this.state != expected) {
			return;
		}
		if (failure != null) {
			close();
			logger.debug("The resync of {} failed, the watch goes on: {}", this.range,
					EtcdDiscoveryException.of("resync", failure).getMessage());
			return;
		}
		try {
			next.run();
		}
		catch (RuntimeException | Error ex) {
			close();
			this.entries.distrust();
			this.watch.beginAnew(EtcdDiscoveryException.of("resync of " + this.range, ex));
		}
	}

	/**
	 * What a resync is doing.
	 */
	private enum State {

		/** Keys are listed. */
		LISTING,

		/** Events that were on their way are waited for. */
		SETTLING,

		/** Values are read. */
		READING,

		/** Nothing any more. */
		OVER

	}

}
