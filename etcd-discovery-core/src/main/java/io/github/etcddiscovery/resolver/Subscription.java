package io.github.etcddiscovery.resolver;

/**
 * Handle for a subscriber.
 */
public interface Subscription extends AutoCloseable {

	/**
	 * Ends the subscription; a call that is under way is not waited for. Can be called
	 * twice and from any thread.
	 */
	@Override
	void close();

}
