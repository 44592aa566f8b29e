package io.github.etcddiscovery.samples.gateway;

import org.jspecify.annotations.Nullable;

/**
 * The shape of every answer to a valid request.
 *
 * @param code 0 for success
 * @param message for people
 * @param data what was asked for, if anything
 */
record Answer(int code, String message, @Nullable Object data) {

	/** The code for "the service behind could not do it", whatever the reason. */
	static final int SERVICE_ERROR = 10001;

}
