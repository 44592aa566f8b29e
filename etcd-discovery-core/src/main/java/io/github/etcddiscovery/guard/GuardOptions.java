package io.github.etcddiscovery.guard;

import java.time.Duration;

import io.github.etcddiscovery.Durations;

/**
 * When the mass-loss guard keeps instances that have vanished from etcd.
 *
 * @param enabled whether it keeps any
 * @param threshold percentage of a service that has to vanish within one TTL without a
 * goodbye, less those that appeared in that time; 1 to 100
 * @param minInstances so many instances have to, too; at least 1
 * @param ttl TTL of registrations: for so long a loss is one and the same, and whoever
 * comes back is no new instance
 * @param hold for how long they are kept at most
 * @param probe whether only those are kept that accept TCP connections
 */
public record GuardOptions(boolean enabled, int threshold, int minInstances, Duration ttl, Duration hold,
		boolean probe) {

	/**
	 * Checks.
	 * @throws IllegalArgumentException if a number or a duration is out of its range
	 */
	public GuardOptions {
		if (threshold < 1 || threshold > 100) {
			throw new IllegalArgumentException("threshold: " + threshold + " (expected: 1 to 100 percent)");
		}
		if (minInstances < 1) {
			throw new IllegalArgumentException("minInstances: " + minInstances + " (expected: at least 1)");
		}
		ttl = Durations.positive("ttl", ttl);
		hold = Durations.positive("hold", hold);
	}

	/**
	 * Returns the defaults: half of a service and three instances, kept for 30 s, twice
	 * the TTL of 15 s, while they accept connections.
	 * @return the defaults
	 */
	public static GuardOptions defaults() {
		return new GuardOptions(true, 50, 3, Duration.ofSeconds(15), Duration.ofSeconds(30), true);
	}

	/**
	 * Returns options by which nothing is kept.
	 * @return the defaults, but not enabled
	 */
	public static GuardOptions off() {
		GuardOptions on = defaults();
		return new GuardOptions(false, on.threshold, on.minInstances, on.ttl, on.hold, on.probe);
	}

}
