package io.github.etcddiscovery;

import java.time.Duration;

/**
 * Checks the durations of options, once for all of them. Not part of the API that users
 * write against; may change.
 */
public final class Durations {

	/**
	 * A hundred years, which stands for whatever is longer: clocks count nanoseconds, and
	 * no more than 292 years of them.
	 */
	public static final Duration LONGEST = Duration.ofDays(36_500);

	private Durations() {
	}

	/**
	 * Checks a duration that stands for nothing where it is zero.
	 * @param name name of the option
	 * @param value its value
	 * @return the value, {@link #LONGEST} at most
	 * @throws IllegalArgumentException if it is not above zero
	 */
	public static Duration positive(String name, Duration value) {
		if (value.isZero() || value.isNegative()) {
			throw new IllegalArgumentException(name + ": " + value + " (expected: above zero)");
		}
		return atMostLongest(value);
	}

	/**
	 * Checks a duration that may be zero.
	 * @param name name of the option
	 * @param value its value
	 * @return the value, {@link #LONGEST} at most
	 * @throws IllegalArgumentException if it is below zero
	 */
	public static Duration notNegative(String name, Duration value) {
		if (value.isNegative()) {
			throw new IllegalArgumentException(name + ": " + value + " (expected: zero or more)");
		}
		return atMostLongest(value);
	}

	/**
	 * Shortens a duration that no clock could count.
	 * @param value the duration
	 * @return the value, {@link #LONGEST} at most
	 */
	public static Duration atMostLongest(Duration value) {
		return (value.compareTo(LONGEST) > 0) ? LONGEST : value;
	}

}
