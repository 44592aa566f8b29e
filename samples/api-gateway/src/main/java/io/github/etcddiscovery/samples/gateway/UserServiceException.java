package io.github.etcddiscovery.samples.gateway;

/**
 * The user service could not be reached, or it failed.
 */
class UserServiceException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UserServiceException(Throwable cause) {
		super("user service is not available", cause);
	}

}
