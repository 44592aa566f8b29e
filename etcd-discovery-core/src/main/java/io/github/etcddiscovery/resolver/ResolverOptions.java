package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Durations;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.AddressFilter;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.guard.GuardOptions;
import io.github.etcddiscovery.retry.RetryOptions;

/**
 * How a resolver resolves. Immutable; start with {@link #defaults()} and change with the
 * {@code with} methods.
 *
 * @param layouts from which layouts to discover, at least one; of the same address under
 * several the first wins
 * @param scope how much to follow; a format that has no range of all services is followed
 * service by service anyway
 * @param defaultWeight weight of instances whose own is 0, negative or missing; 0 or
 * negative leaves them out
 * @param deniedAddresses CIDR blocks of addresses never to be used, besides unspecified,
 * multicast and link-local ones; for gRPC, where host names are looked up, not by a name
 * either
 * @param timing delays and timeouts
 * @param guard when instances are kept that vanish in a body
 * @param observer hooks for metrics
 */
public record ResolverOptions(List<Layout> layouts, Scope scope, int defaultWeight, List<String> deniedAddresses,
		Timing timing, GuardOptions guard, DiscoveryObserver observer) {

	/**
	 * Checks and copies.
	 * @throws IllegalArgumentException if there is no layout, or one twice, or a CIDR
	 * block cannot be read
	 */
	public ResolverOptions {
		layouts = List.copyOf(layouts);
		deniedAddresses = List.copyOf(deniedAddresses);
		if (layouts.isEmpty()) {
			throw new IllegalArgumentException("layouts: none (expected: at least one)");
		}
		if (layouts.stream().map(Layout::toString).distinct().count() < layouts.size()) {
			throw new IllegalArgumentException("layouts: " + layouts + " (expected: no two the same)");
		}
		AddressFilter.denying(deniedAddresses);
		observer = observer.guarded();
	}

	/**
	 * Returns the defaults: Kitex's layout, the whole prefix, weight 10.
	 * @return the defaults
	 */
	public static ResolverOptions defaults() {
		return new ResolverOptions(List.of(Layout.kitex()), Scope.PREFIX, Instance.DEFAULT_WEIGHT, List.of(),
				Timing.defaults(), GuardOptions.defaults(), DiscoveryObserver.NONE);
	}

	/**
	 * Returns the same options with other layouts.
	 * @param layouts from which layouts to discover
	 * @return a copy
	 * @throws IllegalArgumentException if there is none
	 */
	public ResolverOptions withLayouts(Layout... layouts) {
		return withLayouts(List.of(layouts));
	}

	/**
	 * Returns the same options with other layouts.
	 * @param layouts from which layouts to discover
	 * @return a copy
	 * @throws IllegalArgumentException if there is none
	 */
	public ResolverOptions withLayouts(List<Layout> layouts) {
		return new ResolverOptions(layouts, this.scope, this.defaultWeight, this.deniedAddresses, this.timing,
				this.guard, this.observer);
	}

	/**
	 * Returns the same options with another scope.
	 * @param scope how much to follow
	 * @return a copy
	 */
	public ResolverOptions withScope(Scope scope) {
		return new ResolverOptions(this.layouts, scope, this.defaultWeight, this.deniedAddresses, this.timing,
				this.guard, this.observer);
	}

	/**
	 * Returns the same options with another default weight.
	 * @param defaultWeight weight of instances that have none; 0 or negative leaves them
	 * out
	 * @return a copy
	 */
	public ResolverOptions withDefaultWeight(int defaultWeight) {
		return new ResolverOptions(this.layouts, this.scope, defaultWeight, this.deniedAddresses, this.timing,
				this.guard, this.observer);
	}

	/**
	 * Returns the same options with other addresses that are never used.
	 * @param deniedAddresses CIDR blocks
	 * @return a copy
	 * @throws IllegalArgumentException if one of them is no CIDR block
	 */
	public ResolverOptions withDeniedAddresses(List<String> deniedAddresses) {
		return new ResolverOptions(this.layouts, this.scope, this.defaultWeight, deniedAddresses, this.timing,
				this.guard, this.observer);
	}

	/**
	 * Returns the same options with other delays and timeouts.
	 * @param timing delays and timeouts
	 * @return a copy
	 */
	public ResolverOptions withTiming(Timing timing) {
		return new ResolverOptions(this.layouts, this.scope, this.defaultWeight, this.deniedAddresses, timing,
				this.guard, this.observer);
	}

	/**
	 * Returns the same options with another mass-loss guard.
	 * @param guard when instances are kept that vanish in a body
	 * @return a copy
	 */
	public ResolverOptions withGuard(GuardOptions guard) {
		return new ResolverOptions(this.layouts, this.scope, this.defaultWeight, this.deniedAddresses, this.timing,
				guard, this.observer);
	}

	/**
	 * Returns the same options with hooks for metrics.
	 * @param observer the hooks
	 * @return a copy
	 */
	public ResolverOptions withObserver(DiscoveryObserver observer) {
		return new ResolverOptions(this.layouts, this.scope, this.defaultWeight, this.deniedAddresses, this.timing,
				this.guard, observer);
	}

	/**
	 * Delays and timeouts of a resolver.
	 *
	 * @param firstSnapshotTimeout longest time that a lookup may wait for the first
	 * snapshot, counted once from the start, or with {@link Scope#SERVICE} from the first
	 * lookup of that service; zero for not at all
	 * @param resyncInterval how often everything is listed again as a safety net, give or
	 * take 20 %
	 * @param staleTimeout how long what is known is served while etcd is away; zero for
	 * ever. A range that may not be read any more is as lost as one of an etcd that is
	 * away; one that never could be read does not count
	 * @param servicesRefresh with {@link Scope#SERVICE}, how often the names of all
	 * services are read at most
	 * @param retry when to try again
	 */
	public record Timing(Duration firstSnapshotTimeout, Duration resyncInterval, Duration staleTimeout,
			Duration servicesRefresh, RetryOptions retry) {

		/**
		 * Checks.
		 * @throws IllegalArgumentException if a duration is negative, or zero where that
		 * stands for nothing
		 */
		public Timing {
			firstSnapshotTimeout = Durations.notNegative("firstSnapshotTimeout", firstSnapshotTimeout);
			resyncInterval = Durations.positive("resyncInterval", resyncInterval);
			staleTimeout = Durations.notNegative("staleTimeout", staleTimeout);
			servicesRefresh = Durations.positive("servicesRefresh", servicesRefresh);
		}

		/**
		 * Returns the defaults: 3 s, 5 min, for ever, 30 s.
		 * @return the defaults
		 */
		public static Timing defaults() {
			return new Timing(Duration.ofSeconds(3), Duration.ofMinutes(5), Duration.ZERO, Duration.ofSeconds(30),
					RetryOptions.defaults());
		}

	}

}
