package io.github.etcddiscovery.model;

/**
 * An error that no line in a log can tell of: whoever asks for its words is thrown it.
 */
@SuppressWarnings("serial")
public final class Unspeakable extends Error {

	@Override
	public String getMessage() {
		throw this;
	}

}
