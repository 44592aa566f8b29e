package io.github.etcddiscovery.codec;

import io.github.etcddiscovery.codec.Decoded.Reason;

/**
 * A value cannot be used. Without message and stack trace: a registry full of such values
 * must not cost its readers much, and what stands in them belongs in no log.
 */
final class UnreadableException extends Exception {

	private static final long serialVersionUID = 1L;

	private final Reason reason;

	UnreadableException(Reason reason) {
		super(null, null, false, false);
		this.reason = reason;
	}

	Reason reason() {
		return this.reason;
	}

}
