package io.github.etcddiscovery.codec;

import io.github.etcddiscovery.codec.Decoded.Reason;

/**
 * A value cannot be used. Without message and stack trace: a registry full of such values
 * must not cost its readers much, and what stands in them belongs in no log.
 */
final class UnreadableException extends Exception {

	private static final long serialVersionUID = 1L;

	private final Reason reason;

	private final String member;

	UnreadableException(Reason reason) {
		this(reason, "");
	}

	UnreadableException(Reason reason, String member) {
		super(null, null, false, false);
		this.reason = reason;
		this.member = member;
	}

	Reason reason() {
		return this.reason;
	}

	/** Returns the member of the value that is to blame, or empty. */
	String member() {
		return this.member;
	}

}
