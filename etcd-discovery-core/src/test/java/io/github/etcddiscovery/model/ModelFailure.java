package io.github.etcddiscovery.model;

import io.github.etcddiscovery.EtcdDiscoveryException;

/**
 * What a call to the model fails with. It knows no stack: random schedules end a great
 * many calls so, and the stack is always the one of the scheduler.
 */
final class ModelFailure extends EtcdDiscoveryException {

	private static final long serialVersionUID = 1L;

	ModelFailure(Kind kind, String message) {
		super(kind, message, null);
	}

	@Override
	public Throwable fillInStackTrace() {
		return this;
	}

}
