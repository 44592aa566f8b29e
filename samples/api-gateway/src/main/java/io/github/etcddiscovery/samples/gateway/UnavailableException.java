package io.github.etcddiscovery.samples.gateway;

/**
 * A service behind the gateway could not be reached, or it failed.
 */
class UnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnavailableException(String service, Throwable cause) {
		super(service + " is not available", cause);
	}

}
