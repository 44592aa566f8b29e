package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.Set;

/**
 * When an instance is taken for an outlier, and for how long. Not part of the API that
 * users write against; may change.
 *
 * @param consecutiveFailures so many failures of the second kind in a row eject; at least
 * 1
 * @param statuses statuses of HTTP that are such failures
 * @param probe whether an instance that was ejected for its connection is asked by a TCP
 * connect whether it is back
 * @param duration after which an instance that is not asked gets one call; above zero
 * @param maxEjected percentage of a service that may be ejected, 0 to 100
 */
public record OutlierOptions(int consecutiveFailures, Set<Integer> statuses, boolean probe, Duration duration,
		int maxEjected) {

	/** Copies what could be changed. */
	public OutlierOptions {
		statuses = Set.copyOf(statuses);
	}

	/**
	 * Returns the defaults of the properties.
	 * @return five in a row of 502, 503 and 504, probed, 10 s, half of a service
	 */
	public static OutlierOptions defaults() {
		return new OutlierOptions(5, Set.of(502, 503, 504), true, Duration.ofSeconds(10), 50);
	}

}
