package io.github.etcddiscovery.interop;

/**
 * Says that the Go programs cannot be had on this machine, and why. Nothing is wrong with
 * the project then.
 */
public final class GoUnavailableException extends Exception {

	private static final long serialVersionUID = 1L;

	GoUnavailableException(String reason) {
		super(reason);
	}

}
