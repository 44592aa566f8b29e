package io.github.etcddiscovery.samples.user;

import org.jspecify.annotations.Nullable;

/**
 * What a call answers. As in an RPC, a refusal is an answer with a code of its own, not
 * an HTTP error: those are left to calls that did not get through.
 *
 * @param statusCode 0 for success
 * @param statusMessage for people
 * @param userId the user, on success
 */
record Reply(int statusCode, String statusMessage, @Nullable String userId) {

	static Reply success(String userId) {
		return new Reply(Status.SUCCESS.code(), Status.SUCCESS.message(), userId);
	}

	static Reply refused(Status status) {
		return new Reply(status.code(), status.message(), null);
	}

}
