package io.github.etcddiscovery.samples.demo;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the demo was asked for.
 *
 * @param port where the gateway listens
 * @param keep whether to leave everything running
 * @param stop whether to end what an earlier run has left running, and do nothing else
 * @param interop whether to show Go services too
 */
record Options(int port, boolean keep, boolean stop, boolean interop) {

	static final int GATEWAY_PORT = 8889;

	private static final String KEEP = "--keep";

	private static final String STOP = "--stop";

	private static final String INTEROP = "--interop";

	private static final List<String> KNOWN = List.of(KEEP, STOP, INTEROP);

	/**
	 * Reads the options.
	 * @param arguments command line
	 * @param port the variable DEMO_PORT, null when not set
	 * @return the options
	 * @throws IllegalArgumentException with a message for the user
	 */
	static Options of(List<String> arguments, @Nullable String port) {
		for (String argument : arguments) {
			if (!KNOWN.contains(argument)) {
				throw new IllegalArgumentException(
						"unknown option " + argument + " (there are " + String.join(", ", KNOWN) + ")");
			}
		}
		if (arguments.contains(KEEP) && arguments.contains(INTEROP)) {
			throw new IllegalArgumentException("the Go programs cannot be left running: --interop without --keep");
		}
		return new Options(port(port), arguments.contains(KEEP), arguments.contains(STOP), arguments.contains(INTEROP));
	}

	private static int port(@Nullable String text) {
		if (text == null || text.isBlank()) {
			return GATEWAY_PORT;
		}
		if (!text.strip().matches("\\d{1,5}") || Integer.parseInt(text.strip()) < 1
				|| Integer.parseInt(text.strip()) > 65535) {
			throw new IllegalArgumentException("DEMO_PORT=" + text + " is not a port (1 to 65535)");
		}
		return Integer.parseInt(text.strip());
	}

}
