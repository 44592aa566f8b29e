package io.github.etcddiscovery.spring.outlier;

import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;

/**
 * Tells by its chain of causes what a failed call says of the instance. One exception
 * that speaks of the caller's own trouble is enough to learn nothing, wherever it stands
 * in the chain: clients put it below the same classes as a refusal. Else the first from
 * the outside counts that says anything. Types of clients that an application may not
 * have are known by their simple names.
 */
final class FailedCall {

	/** More than any client nests, so that a chain that is a ring ends too. */
	private static final int MAX_DEPTH = 20;

	/** What the operating system says when the caller itself is out of something. */
	private static final List<String> CALLERS_OWN_MESSAGES = List.of("Too many open files", "No file descriptors",
			"assign requested address", "Network is unreachable", "Network is down", "No buffer space",
			"Operation not permitted", "Permission denied", "Closed by interrupt", "Socket closed");

	/** No place in the pool; the application's own caller has gone. */
	private static final Set<String> CALLERS_OWN_TYPES = Set.of("PoolAcquireTimeoutException",
			"PoolAcquirePendingLimitException", "PoolShutdownException", "ClientAbortException",
			"AsyncRequestNotUsableException", "AbortedException");

	/** The JDK's, Netty's and the Gateway's have the same name and no more in common. */
	private static final Set<String> READ_TIMED_OUT_TYPES = Set.of("TimeoutException", "SslHandshakeTimeoutException");

	private static final Set<String> BROKEN_TYPES = Set.of("PrematureCloseException", "NoHttpResponseException",
			"ConnectionClosedException", "ProtocolException", "H2StreamResetException");

	private static final List<String> BROKEN_MESSAGES = List.of("Connection reset", "Broken pipe",
			"Connection timed out", "GOAWAY", "RST_STREAM");

	private FailedCall() {
	}

	static Outcome outcome(@Nullable Throwable failure) {
		Outcome first = Outcome.SAYS_NOTHING;
		Throwable current = failure;
		for (int depth = 0; current != null && depth < MAX_DEPTH; depth++) {
			if (isCallersOwn(current)) {
				return Outcome.SAYS_NOTHING;
			}
			if (first == Outcome.SAYS_NOTHING) {
				first = byItself(current);
			}
			current = current.getCause();
		}
		return first;
	}

	private static boolean isCallersOwn(Throwable cause) {
		return isInterruption(cause) || cause instanceof BindException || cause instanceof UnknownHostException
				|| cause instanceof UnresolvedAddressException || cause instanceof CertificateException
				|| saysOneOf(cause, CALLERS_OWN_MESSAGES) || isNamed(cause, CALLERS_OWN_TYPES);
	}

	/** A time-out of a socket is an interrupted I/O operation by its type alone. */
	private static boolean isInterruption(Throwable cause) {
		return cause instanceof InterruptedException || cause instanceof ClosedByInterruptException
				|| cause instanceof CancellationException
				|| (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException));
	}

	private static Outcome byItself(Throwable cause) {
		if (isUnreachable(cause)) {
			return Outcome.UNREACHABLE;
		}
		if (cause instanceof SocketTimeoutException || cause instanceof HttpTimeoutException
				|| isNamed(cause, READ_TIMED_OUT_TYPES)) {
			return Outcome.READ_TIMED_OUT;
		}
		return isBroken(cause) ? Outcome.BROKEN : Outcome.SAYS_NOTHING;
	}

	private static boolean isUnreachable(Throwable cause) {
		return cause instanceof ConnectException || cause instanceof NoRouteToHostException
				|| cause instanceof HttpConnectTimeoutException
				|| (cause instanceof SocketTimeoutException && beginsWithConnect(cause.getMessage()));
	}

	/** "Connect timed out", "Connect Timeout", "Connect to http://… failed: …". */
	private static boolean beginsWithConnect(@Nullable String message) {
		return message != null && message.toLowerCase(Locale.ROOT).startsWith("connect");
	}

	private static boolean isBroken(Throwable cause) {
		return cause instanceof EOFException || cause instanceof SocketException
				|| cause instanceof ClosedChannelException || isNamed(cause, BROKEN_TYPES)
				|| saysOneOf(cause, BROKEN_MESSAGES);
	}

	private static boolean saysOneOf(Throwable cause, List<String> texts) {
		String message = cause.getMessage();
		return message != null && texts.stream().anyMatch(message::contains);
	}

	private static boolean isNamed(Throwable cause, Set<String> names) {
		for (Class<?> type = cause.getClass(); type != null; type = type.getSuperclass()) {
			if (names.contains(type.getSimpleName())) {
				return true;
			}
		}
		return false;
	}

}
