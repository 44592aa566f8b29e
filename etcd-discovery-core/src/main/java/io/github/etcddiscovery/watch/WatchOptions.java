package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.retry.RetryOptions;

/**
 * How a range is followed. Not part of the API that users write against; may change.
 *
 * @param retry when to try again
 * @param resyncInterval how often the range is listed again although nothing is wrong,
 * give or take 20 %; zero for never
 * @param observer is told of lists and events; what it throws is not caught here, see
 * {@link DiscoveryObserver#guarded()}
 * @param random where jitter is taken from; used on the loop's thread only
 * @param warnings limits what the watches that share it say together
 */
public record WatchOptions(RetryOptions retry, Duration resyncInterval, DiscoveryObserver observer,
		RandomGenerator random, WarningPace warnings) {

	/**
	 * Returns options whose warnings are paced apart from those of others.
	 * @param retry when to try again
	 * @param resyncInterval how often the range is listed again; zero for never
	 * @param observer is told of lists and events
	 * @param random where jitter is taken from
	 */
	public WatchOptions(RetryOptions retry, Duration resyncInterval, DiscoveryObserver observer,
			RandomGenerator random) {
		this(retry, resyncInterval, observer, random, new WarningPace());
	}

	/**
	 * Returns options with a source of jitter of their own.
	 * @param retry when to try again
	 * @param resyncInterval how often the range is listed again; zero for never
	 * @param observer is told of lists and events
	 * @return the options
	 */
	public static WatchOptions of(RetryOptions retry, Duration resyncInterval, DiscoveryObserver observer) {
		return new WatchOptions(retry, resyncInterval, observer, new SplittableRandom());
	}

	Duration nextResync() {
		return Duration.ofNanos((long) (this.resyncInterval.toNanos() * (0.8 + 0.4 * this.random.nextDouble())));
	}

}
