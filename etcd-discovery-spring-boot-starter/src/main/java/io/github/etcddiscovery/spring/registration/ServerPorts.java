package io.github.etcddiscovery.spring.registration;

import org.jspecify.annotations.Nullable;

/**
 * Which ports the servers of this application listen on, as far as they do. Not part of
 * the API that users write against; may change.
 */
public final class ServerPorts {

	private volatile @Nullable Integer application;

	private volatile @Nullable Integer grpc;

	private volatile @Nullable Integer management;

	/**
	 * Takes note of the web server.
	 * @param port the port it listens on; not above zero where it listens on none
	 */
	public void applicationListens(int port) {
		this.application = (port > 0) ? port : null;
	}

	/**
	 * Takes note of a gRPC server of its own.
	 * @param port the port it listens on
	 */
	public void grpcListens(int port) {
		this.grpc = (port > 0) ? port : null;
	}

	/**
	 * Takes note of a management server of its own.
	 * @param port the port it listens on
	 */
	public void managementListens(int port) {
		this.management = (port > 0) ? port : null;
	}

	/**
	 * Decides which server the instance is registered for, where there are both.
	 * @param preferred which one callers expect
	 */
	OwnServer registered(OwnServer preferred) {
		OwnServer other = preferred.other();
		return (of(preferred) == null && of(other) != null) ? other : preferred;
	}

	@Nullable Integer of(OwnServer server) {
		return (server == OwnServer.WEB) ? this.application : this.grpc;
	}

	@Nullable Integer management() {
		return this.management;
	}

}
