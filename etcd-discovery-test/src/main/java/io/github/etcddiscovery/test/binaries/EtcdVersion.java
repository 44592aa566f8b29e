package io.github.etcddiscovery.test.binaries;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Version of an etcd server, ordered by age.
 *
 * @param major first number
 * @param minor second number
 * @param patch third number
 */
public record EtcdVersion(int major, int minor, int patch) implements Comparable<EtcdVersion> {

	private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

	private static final Comparator<EtcdVersion> BY_AGE = Comparator.comparingInt(EtcdVersion::major)
		.thenComparingInt(EtcdVersion::minor)
		.thenComparingInt(EtcdVersion::patch);

	/**
	 * Finds the first version in a text such as the output of {@code etcd --version}.
	 * @param text any text
	 * @return the version, or empty when the text has none
	 */
	public static Optional<EtcdVersion> in(String text) {
		Matcher numbers = NUMBERS.matcher(text);
		return numbers.find() ? Optional.of(new EtcdVersion(Integer.parseInt(numbers.group(1)),
				Integer.parseInt(numbers.group(2)), Integer.parseInt(numbers.group(3)))) : Optional.empty();
	}

	/**
	 * Compares with a release line.
	 * @param major first number of the line
	 * @param minor second number of the line
	 * @return whether this version belongs to that line or a newer one
	 */
	public boolean isAtLeast(int major, int minor) {
		return compareTo(new EtcdVersion(major, minor, 0)) >= 0;
	}

	@Override
	public int compareTo(EtcdVersion other) {
		return BY_AGE.compare(this, other);
	}

	@Override
	public String toString() {
		return this.major + "." + this.minor + "." + this.patch;
	}

}
