package io.github.etcddiscovery.client;

/**
 * A stream of changes that is open.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public interface WatchStream extends AutoCloseable {

	/**
	 * Asks for a sign of life; it comes to {@link WatchListener#progress}, or not at all.
	 */
	void requestProgress();

	/**
	 * Ends the stream, also on the server. Can be called twice and from any thread; does
	 * not wait.
	 */
	@Override
	void close();

}
