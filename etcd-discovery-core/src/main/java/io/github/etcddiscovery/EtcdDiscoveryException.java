package io.github.etcddiscovery;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * What every failed call to etcd ends with. The message names what was attempted and the
 * cause, never a secret.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public class EtcdDiscoveryException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Kind kind;

	/**
	 * Creates the exception.
	 * @param kind what went wrong, for programs
	 * @param message what was attempted, with the key or the endpoint, why it failed and
	 * what to do, for people
	 * @param cause what it was caused by, or null
	 */
	public EtcdDiscoveryException(Kind kind, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.kind = kind;
	}

	/**
	 * Returns what a failed future really failed with.
	 * @param attempted what was attempted, for the message where the failure is none of
	 * ours
	 * @param failure what a stage was completed with
	 * @return the exception itself where it is one of these, without what futures wrap
	 * around it; else one of kind {@code UNAVAILABLE}, because the outcome is unknown
	 */
	public static EtcdDiscoveryException of(String attempted, Throwable failure) {
		if (failure instanceof EtcdDiscoveryException known) {
			return known;
		}
		if ((failure instanceof CompletionException || failure instanceof ExecutionException)
				&& failure.getCause() != null) {
			return of(attempted, failure.getCause());
		}
		return new EtcdDiscoveryException(Kind.UNAVAILABLE, attempted + ": " + Bytes.utf8(String.valueOf(failure)),
				failure);
	}

	/**
	 * Returns what went wrong.
	 * @return the kind, never null
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * What went wrong, as far as it makes a difference to what is done about it.
	 */
	public enum Kind {

		/**
		 * No answer of etcd: not connected, the connection broke, no leader, the deadline
		 * passed, or something else has answered. The outcome of a write is unknown.
		 */
		UNAVAILABLE,

		/** The lease does not exist (any more). */
		LEASE_NOT_FOUND,

		/** The revision asked for has been compacted away. */
		COMPACTED,

		/**
		 * The login was refused: unknown user, wrong password, or none given where etcd
		 * wants one.
		 */
		LOGIN_REFUSED,

		/** The user may not read or write these keys. */
		PERMISSION_DENIED,

		/** The database of etcd is full; an operator has to act. */
		NO_SPACE,

		/** etcd had too many requests to answer, and has not done what was asked. */
		OVERLOADED,

		/** The client was closed. */
		CLOSED,

		/** Anything else: etcd answered and did not do what was asked. */
		REFUSED;

		/**
		 * Tells whether somebody has to act before trying again is of any use: etcd does
		 * not let us in, does not let us do this, or is full.
		 * @return whether that is so
		 */
		public boolean refused() {
			return this == LOGIN_REFUSED || this == PERMISSION_DENIED || this == NO_SPACE;
		}

		/**
		 * Tells whether a write that ended so was not applied, and never will be. After
		 * every other end it may have been, or may still be. The write with which the
		 * database is found to be full is applied and refused.
		 * @return whether that is certain
		 */
		public boolean certainlyNotApplied() {
			return this == LOGIN_REFUSED || this == PERMISSION_DENIED || this == LEASE_NOT_FOUND || this == OVERLOADED;
		}

	}

}
