package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.retry.RetryOptions;

/**
 * How a registry registers. Immutable; start with {@link #defaults()} and change with the
 * {@code with} methods.
 *
 * @param layouts under which layouts every instance is registered, at least one, no two
 * the same
 * @param ttl time to live of the lease, 2 s to 5 min; after a crash instances are gone
 * when it is over, and etcd has noticed, which takes up to 0.5 s more
 * @param retry when to try again
 * @param removeOnClose whether closing the registry removes its keys; otherwise they stay
 * until the lease has ended
 * @param acceptEdits whether the instance becomes what somebody else writes to its key
 * under its lease, as {@code etcdctl put --ignore-lease} does; otherwise that is written
 * over
 * @param fixedTags names of tags that such edits do not change, besides those that say
 * how the instance is called and who it is
 * @param observer hooks for metrics
 */
public record RegistryOptions(List<Layout> layouts, Duration ttl, RetryOptions retry, boolean removeOnClose,
		boolean acceptEdits, Set<String> fixedTags, DiscoveryObserver observer) {

	/** Least time to live that etcd grants. */
	public static final Duration MIN_TTL = Duration.ofSeconds(2);

	/** Greatest time to live that makes sense: so long a crashed instance is called. */
	public static final Duration MAX_TTL = Duration.ofMinutes(5);

	/**
	 * Checks and copies.
	 * @throws IllegalArgumentException if there is no layout, two are the same, or the
	 * ttl is out of bounds
	 */
	public RegistryOptions {
		layouts = List.copyOf(layouts);
		fixedTags = Set.copyOf(fixedTags);
		observer = observer.guarded();
		if (layouts.isEmpty()) {
			throw new IllegalArgumentException("layouts: none (expected: at least one)");
		}
		if (layouts.stream().map(Layout::toString).distinct().count() < layouts.size()) {
			throw new IllegalArgumentException("layouts: " + layouts + " (expected: no two the same)");
		}
		if (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0) {
			throw new IllegalArgumentException("ttl: " + ttl + " (expected: " + MIN_TTL + " to " + MAX_TTL + ")");
		}
	}

	/**
	 * Returns the defaults: Kitex's layout, 15 s; edits are accepted.
	 * @return the defaults
	 */
	public static RegistryOptions defaults() {
		return new RegistryOptions(List.of(Layout.kitex()), Duration.ofSeconds(15), RetryOptions.defaults(), true, true,
				Set.of(), DiscoveryObserver.NONE);
	}

	/**
	 * Returns the same options with other layouts.
	 * @param layouts under which layouts every instance is registered
	 * @return a copy
	 * @throws IllegalArgumentException if there is none, or two are the same
	 */
	public RegistryOptions withLayouts(Layout... layouts) {
		return withLayouts(List.of(layouts));
	}

	/**
	 * Returns the same options with other layouts.
	 * @param layouts under which layouts every instance is registered
	 * @return a copy
	 * @throws IllegalArgumentException if there is none, or two are the same
	 */
	public RegistryOptions withLayouts(List<Layout> layouts) {
		return new RegistryOptions(layouts, this.ttl, this.retry, this.removeOnClose, this.acceptEdits, this.fixedTags,
				this.observer);
	}

	/**
	 * Returns the same options with another time to live.
	 * @param ttl time to live of the lease, 2 s to 5 min
	 * @return a copy
	 * @throws IllegalArgumentException if it is out of these bounds
	 */
	public RegistryOptions withTtl(Duration ttl) {
		return new RegistryOptions(this.layouts, ttl, this.retry, this.removeOnClose, this.acceptEdits, this.fixedTags,
				this.observer);
	}

	/**
	 * Returns the same options with other delays.
	 * @param retry when to try again
	 * @return a copy
	 */
	public RegistryOptions withRetry(RetryOptions retry) {
		return new RegistryOptions(this.layouts, this.ttl, retry, this.removeOnClose, this.acceptEdits, this.fixedTags,
				this.observer);
	}

	/**
	 * Returns the same options with another way to end.
	 * @param removeOnClose whether closing the registry removes its keys
	 * @return a copy
	 */
	public RegistryOptions withRemoveOnClose(boolean removeOnClose) {
		return new RegistryOptions(this.layouts, this.ttl, this.retry, removeOnClose, this.acceptEdits, this.fixedTags,
				this.observer);
	}

	/**
	 * Returns the same options with another answer to edits of others.
	 * @param acceptEdits whether what others write becomes the instance's
	 * @param fixedTags names of further tags that they do not change
	 * @return a copy
	 */
	public RegistryOptions withEdits(boolean acceptEdits, Set<String> fixedTags) {
		return new RegistryOptions(this.layouts, this.ttl, this.retry, this.removeOnClose, acceptEdits, fixedTags,
				this.observer);
	}

	/**
	 * Returns the same options with hooks for metrics.
	 * @param observer the hooks
	 * @return a copy
	 */
	public RegistryOptions withObserver(DiscoveryObserver observer) {
		return new RegistryOptions(this.layouts, this.ttl, this.retry, this.removeOnClose, this.acceptEdits,
				this.fixedTags, observer);
	}

}
