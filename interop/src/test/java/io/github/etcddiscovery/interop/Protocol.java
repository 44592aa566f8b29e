package io.github.etcddiscovery.interop;

import io.github.etcddiscovery.Instance;

/**
 * How an instance is called: both ends, in Java.
 */
interface Protocol {

	/**
	 * Serves calls.
	 * @param host loopback address to listen at, on any port
	 * @param name begins every answer
	 * @return the running server
	 */
	Served serve(String host, String name);

	/**
	 * Calls an instance.
	 * @param instance what was found
	 * @param text what to say
	 * @return its answer: its name, a colon, a space and the text
	 */
	String call(Instance instance, String text) throws Exception;

	/**
	 * A running server.
	 *
	 * @param port where it listens
	 * @param stop ends it
	 */
	record Served(int port, Runnable stop) implements AutoCloseable {

		@Override
		public void close() {
			this.stop.run();
		}

	}

}
