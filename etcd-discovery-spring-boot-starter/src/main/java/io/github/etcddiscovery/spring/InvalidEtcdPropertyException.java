package io.github.etcddiscovery.spring;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * A property that cannot be right. Thrown while the application starts and shown as a
 * failure analysis. The message names the property and its value, never a secret.
 */
public final class InvalidEtcdPropertyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String property;

	/**
	 * Creates the exception.
	 * @param property full name of the property, or of the environment variable
	 * @param value its value, or null where it is missing or a secret
	 * @param reason what is wrong and what is expected, free of secrets
	 */
	public InvalidEtcdPropertyException(String property, @Nullable Object value, String reason) {
		this(property, value, reason, null);
	}

	/**
	 * Creates the exception.
	 * @param property full name of the property, or of the environment variable
	 * @param value its value, or null where it is missing or a secret
	 * @param reason what is wrong and what is expected, free of secrets
	 * @param cause what it was caused by, or null
	 */
	public InvalidEtcdPropertyException(String property, @Nullable Object value, String reason,
			@Nullable Throwable cause) {
		super(property + ((value != null) ? ": '" + shown(value) + "' " : ": ") + reason, cause);
		this.property = property;
	}

	/** A duration as people configure it: 6s, and not PT6S. */
	private static Object shown(Object value) {
		return (value instanceof Duration duration)
				? DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE) : value;
	}

	/**
	 * Returns the name of the property.
	 * @return the name, never null
	 */
	public String property() {
		return this.property;
	}

}
