package io.github.etcddiscovery.file;

/** The file is there, and is not believed. The message says why, without its content. */
final class UnusableFileException extends Exception {

	private static final long serialVersionUID = 1L;

	UnusableFileException(String reason) {
		super(reason);
	}

}
