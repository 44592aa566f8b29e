package io.github.etcddiscovery.spring.registration;

import org.jspecify.annotations.Nullable;

/**
 * Which ports the servers of this application listen on, as far as they do. Not part of
 * the API that users write against; may change.
 */
public final class ServerPorts {

	private volatile @Nullable Integer application;

	private volatile @Nullable Integer management;

	/**
	 * Takes note of the web server.
	 * @param port the port it listens on; not above zero where it listens on none
	 */
	public void applicationListens(int port) {
		this.application = (port > 0) ? port : null;
	}

	/**
	 * Takes note of a management server of its own.
	 * @param port the port it listens on
	 */
	public void managementListens(int port) {
		this.management = (port > 0) ? port : null;
	}

	@Nullable Integer application() {
		return this.application;
	}

	@Nullable Integer management() {
		return this.management;
	}

}
