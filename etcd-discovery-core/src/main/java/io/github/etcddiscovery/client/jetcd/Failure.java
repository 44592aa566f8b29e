package io.github.etcddiscovery.client.jetcd;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;

/**
 * Turns what gRPC and etcd say into {@link EtcdDiscoveryException}. etcd tells its errors
 * apart by text; the texts here are those of etcd 3.4 to 3.7.
 */
final class Failure {

	/** What etcd says of itself begins like this, also inside of a longer text. */
	private static final String ETCD = "etcdserver: ";

	private static final Pattern SIZES = Pattern.compile("maximum size ([0-9]{1,10}): ([0-9]{1,10})");

	private static final Set<Status.Code> NO_ANSWER = Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED,
			Status.Code.UNKNOWN, Status.Code.INTERNAL, Status.Code.CANCELLED, Status.Code.ABORTED,
			Status.Code.DATA_LOSS);

	private Failure() {
	}

	/**
	 * Makes the exception that a caller gets.
	 * @param attempted what was attempted, with the key or range
	 * @param endpoints where
	 * @param cause what happened
	 * @return the exception; the cause itself where it is one already
	 */
	static EtcdDiscoveryException of(String attempted, List<Endpoint> endpoints, Throwable cause) {
		Throwable bare = unwrap(cause);
		if (bare instanceof EtcdDiscoveryException known) {
			return known;
		}
		Status status = Status.fromThrowable(bare);
		Kind kind = kind(status);
		String reason = reason(status, bare);
		return new EtcdDiscoveryException(kind, attempted + " failed at " + Endpoint.describe(endpoints) + ": " + reason
				+ ". " + advice(kind, status, bare, endpoints.get(0).tls()), bare);
	}

	/**
	 * Makes the exception for a client that was closed.
	 * @param attempted what was attempted
	 * @return the exception
	 */
	static EtcdDiscoveryException closed(String attempted) {
		return new EtcdDiscoveryException(Kind.CLOSED, attempted + " failed: the client was closed", null);
	}

	/**
	 * Tells whether a call had no answer of etcd, so that another connection could help.
	 * @param cause how the call ended
	 * @return false where etcd has answered, be it with a refusal
	 */
	static boolean unanswered(Throwable cause) {
		Status status = status(cause);
		return NO_ANSWER.contains(status.getCode()) || foreign(status);
	}

	/**
	 * Tells whether something has answered as our etcd never does: another server, a
	 * proxy, a member that serves no clients.
	 * @param status how a call ended
	 * @return whether it cannot have been etcd, so that another address could help
	 */
	static boolean foreign(Status status) {
		if (says(status, "not supported for learner")) {
			return true;
		}
		if (says(status, ETCD)) {
			return false;
		}
		return switch (status.getCode()) {
			case UNIMPLEMENTED -> true;
			case RESOURCE_EXHAUSTED -> !tooLarge(status);
			case NOT_FOUND -> !says(status, "lease not found");
			// gRPC makes these of 401 and 403.
			case UNAUTHENTICATED, PERMISSION_DENIED -> says(status, "HTTP status code");
			default -> false;
		};
	}

	/**
	 * Tells whether a call that something else has answered can be made again elsewhere.
	 * @param cause how the call ended
	 * @param write whether it changes something, so that it must not be applied twice
	 * @return whether it can
	 */
	static boolean canBeRepeated(Throwable cause, boolean write) {
		Status status = status(cause);
		// A limit can have cut off the answer to what was applied.
		return foreign(status) && (!write || status.getCode() != Status.Code.RESOURCE_EXHAUSTED);
	}

	static Status status(Throwable cause) {
		return Status.fromThrowable(unwrap(cause));
	}

	/**
	 * Describes a status, for the log.
	 * @param status what was answered
	 * @return its code and the first line of its text, escaped
	 */
	static String describe(Status status) {
		return (status.getDescription() != null) ? status.getCode() + ": " + escaped(status.getDescription())
				: status.getCode().toString();
	}

	/**
	 * Tells whether etcd did not accept our token, so that a new login could help.
	 * @param cause how the call ended
	 * @return whether it was about the token
	 */
	static boolean tokenRefused(Throwable cause) {
		return tokenRefused(Status.fromThrowable(unwrap(cause)));
	}

	/**
	 * Tells whether a watch was refused in a way that can be the token's fault: some
	 * versions of etcd say of an unknown token that permission is denied.
	 * @param cause how the watch ended
	 * @return whether to make sure
	 */
	static boolean accessRefused(Throwable cause) {
		Status status = Status.fromThrowable(unwrap(cause));
		return status.getCode() == Status.Code.PERMISSION_DENIED || tokenRefused(status);
	}

	/**
	 * Tells whether an answer was larger than a message may be, so that asking for less
	 * could help. gRPC says so, for itself or for a proxy in between, not etcd.
	 * @param cause how the call ended
	 * @return whether it was the size
	 */
	static boolean tooLarge(Throwable cause) {
		return tooLarge(status(cause));
	}

	private static boolean tooLarge(Status status) {
		return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
				&& (says(status, "exceeds maximum size") || says(status, "larger than max"));
	}

	/**
	 * Tells by how much an answer was too large.
	 * @param cause a failure for which {@link #tooLarge} holds
	 * @return how many times as large as allowed it was, rounded up, as far as is said;
	 * else 1
	 */
	static long timesTooLarge(Throwable cause) {
		Matcher sizes = SIZES.matcher(String.valueOf(status(cause).getDescription()));
		return sizes.find() ? Long.parseLong(sizes.group(2)) / Math.max(1, Long.parseLong(sizes.group(1))) + 1 : 1;
	}

	private static boolean tokenRefused(Status status) {
		return says(status, "invalid auth token") || says(status, "revision of auth store is old")
				|| says(status, "user name is empty");
	}

	/**
	 * Gives the status of a watch that etcd has cancelled: there it is but a text.
	 * @param reason etcd's text
	 * @return the status that the same refusal of a call would have
	 */
	static Status cancelled(String reason) {
		String text = reason.isEmpty() ? "cancelled by etcd" : reason;
		if (text.contains("permission denied")) {
			return Status.PERMISSION_DENIED.withDescription(text);
		}
		if (text.contains("has been compacted")) {
			return Status.OUT_OF_RANGE.withDescription(text);
		}
		return Status.UNAVAILABLE.withDescription(text);
	}

	private static Kind kind(Status status) {
		if (says(status, "authentication failed") || says(status, "user name is empty")) {
			return Kind.LOGIN_REFUSED;
		}
		if (tokenRefused(status) || foreign(status)) {
			return Kind.UNAVAILABLE;
		}
		return switch (status.getCode()) {
			case UNAUTHENTICATED -> Kind.LOGIN_REFUSED;
			case PERMISSION_DENIED -> Kind.PERMISSION_DENIED;
			case NOT_FOUND -> Kind.LEASE_NOT_FOUND;
			case OUT_OF_RANGE -> says(status, "compacted") ? Kind.COMPACTED : Kind.REFUSED;
			case RESOURCE_EXHAUSTED -> exhausted(status);
			default -> NO_ANSWER.contains(status.getCode()) ? Kind.UNAVAILABLE : Kind.REFUSED;
		};
	}

	private static Kind exhausted(Status status) {
		if (says(status, "database space exceeded")) {
			return Kind.NO_SPACE;
		}
		return says(status, "too many requests") ? Kind.OVERLOADED : Kind.REFUSED;
	}

	private static boolean says(Status status, String text) {
		return status.getDescription() != null && status.getDescription().contains(text);
	}

	private static String reason(Status status, Throwable bare) {
		String description = (status.getDescription() != null) ? status.getDescription() : "";
		String deepest = deepest(bare);
		if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
			return "no answer in time (" + escaped(description) + ((deepest != null) ? ": " + escaped(deepest) : "")
					+ ")";
		}
		if (deepest == null) {
			return description.isEmpty() ? status.getCode().toString() : escaped(description);
		}
		return description.isEmpty() ? escaped(deepest) : escaped(description) + " (" + escaped(deepest) + ")";
	}

	/**
	 * Finds what it really was. The message of the deepest cause; where the one above it
	 * says the same and more (which address refused), that one's.
	 */
	private static @Nullable String deepest(Throwable top) {
		String found = null;
		for (Throwable cause = top.getCause(); cause != null; cause = cause.getCause()) {
			String message = cause.getMessage();
			if (message == null && cause.getCause() == null && found == null) {
				found = cause.getClass().getSimpleName();
			}
			else if (message != null && (found == null || !found.contains(message))) {
				found = cause.getClass().getSimpleName() + ": " + message;
			}
		}
		return found;
	}

	private static String advice(Kind kind, Status status, Throwable bare, boolean tls) {
		return switch (kind) {
			case UNAVAILABLE -> unavailable(status, bare, tls);
			case LEASE_NOT_FOUND -> "The lease has ended or was revoked; grant a new one";
			case COMPACTED -> "This revision is gone; read again and watch from there";
			case LOGIN_REFUSED -> says(status, "user name is empty") ? "This etcd wants a user name and a password"
					: "Check user name and password";
			case PERMISSION_DENIED -> "Grant the user's role this permission on this range in etcd";
			case NO_SPACE -> "The database of etcd is full: compact, defragment and disarm its alarm";
			case OVERLOADED -> "etcd has more to do than it can; if this lasts, give it more room";
			case CLOSED, REFUSED -> "etcd has answered; trying the same again will not help";
		};
	}

	private static String unavailable(Status status, Throwable bare, boolean tls) {
		if (tokenRefused(status)) {
			return "A new login did not help; if this lasts, check etcd's auth settings";
		}
		for (Throwable cause = bare; cause != null; cause = cause.getCause()) {
			if (cause instanceof SSLException) {
				return "Check certificates, TLS settings and whether this endpoint speaks TLS";
			}
		}
		if (foreign(status)) {
			return "What answers there is no etcd, or a proxy that does not let us through";
		}
		if (says(status, AnswerCheck.OTHER_CLUSTER)) {
			return "If this lasts, give the endpoints of one cluster";
		}
		// A server without TLS, or one that refuses our certificate, often just ends the
		// connection.
		return "Check that etcd runs and can be reached there"
				+ (tls ? ", speaks TLS and accepts our certificate" : "");
	}

	/** The first line: those of Netty go on with dumps of bytes. */
	private static String escaped(String text) {
		return Bytes.utf8(text.lines().findFirst().orElse("")).toString();
	}

	private static Throwable unwrap(Throwable cause) {
		Throwable bare = cause;
		while (bare instanceof CompletionException && bare.getCause() != null) {
			bare = bare.getCause();
		}
		return bare;
	}

}
