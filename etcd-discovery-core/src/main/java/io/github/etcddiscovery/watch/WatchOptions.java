package io.github.etcddiscovery.watch;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.retry.RetryOptions;

/**
 * How ranges are followed, and what the watches that follow them share. Not part of the
 * API that users write against; may change.
 *
 * @param retry when to try again
 * @param observer is told of lists and events; what it throws is not caught here, see
 * {@link DiscoveryObserver#guarded()}
 * @param random where jitter is taken from; used on the loop's thread only
 * @param warnings limits what the watches say together
 * @param lists limits how many of them list at the same time
 */
public record WatchOptions(RetryOptions retry, DiscoveryObserver observer, RandomGenerator random, WarningPace warnings,
		ListQueue lists) {

	/**
	 * Returns options for watches that share nothing with those of others.
	 * @param retry when to try again
	 * @param observer is told of lists and events
	 * @param random where jitter is taken from
	 */
	public WatchOptions(RetryOptions retry, DiscoveryObserver observer, RandomGenerator random) {
		this(retry, observer, random, new WarningPace(), new ListQueue());
	}

	/**
	 * Returns options with a source of jitter of their own.
	 * @param retry when to try again
	 * @param observer is told of lists and events
	 * @return the options
	 */
	public static WatchOptions of(RetryOptions retry, DiscoveryObserver observer) {
		return new WatchOptions(retry, observer, new SplittableRandom());
	}

}
