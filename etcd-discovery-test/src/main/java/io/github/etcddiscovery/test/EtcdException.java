package io.github.etcddiscovery.test;

/**
 * An etcd of this test could not be started or refused a command. The message names what
 * was attempted and how it ended; passwords are not in it.
 */
public class EtcdException extends RuntimeException {

	EtcdException(String message) {
		super(message);
	}

	EtcdException(String message, Throwable cause) {
		super(message, cause);
	}

}
