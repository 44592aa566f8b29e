package io.github.etcddiscovery.spring;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/** Refuses values of properties that cannot be right. */
final class Check {

	private Check() {
	}

	static void range(String property, @Nullable Integer value, int least, int most) {
		if (value != null && (value < least || value > most)) {
			throw new InvalidEtcdPropertyException(property, value, "(expected: " + least + " to " + most + ")");
		}
	}

	static void positive(String property, Duration value) {
		if (value.isZero() || value.isNegative()) {
			throw new InvalidEtcdPropertyException(property, value, "(expected: a duration above zero)");
		}
	}

	static void notNegative(String property, Duration value) {
		if (value.isNegative()) {
			throw new InvalidEtcdPropertyException(property, value, "(expected: a duration, zero or above)");
		}
	}

	/**
	 * Refuses a name in a property that clients could not call as {@code lb://name}.
	 */
	static void host(String property, String value, String name) {
		if (!LbName.isHost(name)) {
			throw new InvalidEtcdPropertyException(property, value,
					"(expected: a name before it that can stand in the host of a URI: letters, digits, dots and hyphens)");
		}
	}

	static void notBlank(String property, @Nullable String value) {
		if (value != null && value.isBlank()) {
			throw new InvalidEtcdPropertyException(property, value,
					"(expected: something that is not empty, or no such property)");
		}
	}

	/** Refuses what can be the name of no file; whether there is one is not asked. */
	static void fileName(String property, @Nullable String value) {
		notBlank(property, value);
		try {
			if (value == null || Path.of(value).toAbsolutePath().normalize().getFileName() != null) {
				return;
			}
		}
		catch (InvalidPathException ex) {
			// Nor can this.
		}
		throw new InvalidEtcdPropertyException(property, value, "(expected: the name of a file)");
	}

	/**
	 * Refuses what Boot's bundles take in place of a file, and does not show it: it can
	 * be a private key.
	 */
	static void file(String property, @Nullable String value) {
		if (value != null && (value.contains("-----BEGIN") || value.startsWith("base64:"))) {
			throw new InvalidEtcdPropertyException(property, null,
					"holds a text (expected: the name of a file; PEM text belongs into a bundle under spring.ssl.bundle.pem, "
							+ "named by etcd.discovery.ssl.bundle)");
		}
	}

}
