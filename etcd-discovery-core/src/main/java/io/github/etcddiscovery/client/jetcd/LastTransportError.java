package io.github.etcddiscovery.client.jetcd;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Why no connection came up last. A call that ends before one is up is told nothing of
 * that by gRPC, which describes its own parts instead: here it is put into words.
 */
final class LastTransportError {

	/** From here on gRPC describes its own parts. */
	private static final String INTERNALS = ". Name resolution delay";

	/** What a call has that was sent somewhere. */
	private static final String SENT = "remote_addr=";

	/** How gRPC begins where it has sent nothing because the deadline had passed. */
	private static final String TOO_LATE = "ClientCall started after";

	/** Null where a call was answered since, or nothing has failed yet. */
	private volatile @Nullable Throwable cause;

	/** Forgets it, because etcd has answered. */
	void forget() {
		if (this.cause != null) {
			this.cause = null;
		}
	}

	/**
	 * Notes how a call ended that had no answer.
	 * @param error how
	 */
	void note(Throwable error) {
		Status status = Failure.status(error);
		if (status.getCode() == Status.Code.UNAVAILABLE && status.getCause() != null) {
			this.cause = status.getCause();
		}
	}

	/**
	 * Tells whether nothing was sent because the deadline had passed: nothing is known of
	 * the connection then.
	 * @param error how the call ended
	 * @return whether it was so
	 */
	static boolean wasNotSent(Throwable error) {
		String text = Failure.status(error).getDescription();
		return text != null && text.startsWith(TOO_LATE);
	}

	/**
	 * Says in words what gRPC says of a call that has ended by its deadline.
	 * @param error how the call ended
	 * @return the same, without what only gRPC understands, and with the reason where
	 * there was no connection
	 */
	Throwable explain(Throwable error) {
		Status status = Failure.status(error);
		String text = status.getDescription();
		if (status.getCode() != Status.Code.DEADLINE_EXCEEDED || text == null) {
			return error;
		}
		if (wasNotSent(error)) {
			return status.withDescription("no time was left to send it").asRuntimeException();
		}
		int internals = text.indexOf(INTERNALS);
		if (internals < 0) {
			return error;
		}
		if (text.contains(SENT)) {
			return status.withDescription(text.substring(0, internals)).asRuntimeException();
		}
		Throwable last = this.cause;
		return status
			.withDescription(
					(last != null) ? "there was no connection, the last one failed" : "there was no connection yet")
			.withCause(last)
			.asRuntimeException();
	}

}
