package io.github.etcddiscovery.client;

/**
 * A watch that is open: one of a {@link Watches}.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public interface Watch extends AutoCloseable {

	/**
	 * Ends the watch, also on the server. Can be called twice, and after the watch has
	 * ended; does not wait. Called on the executor of the owner, its listener is told
	 * nothing more.
	 */
	@Override
	void close();

}
