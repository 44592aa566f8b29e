package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program run to its end, with a deadline and in an environment free of {@code ETCD_*}
 * and {@code ETCDCTL_*}. Immutable; may change, use it at your own risk.
 *
 * @param line program and arguments; arguments are never put into an error message
 * @param environment variables to add
 * @param input text for its standard input
 * @param timeout time after which it is killed
 */
public record Command(List<String> line, Map<String, String> environment, String input, Duration timeout) {

	/**
	 * Creates a command without input that may take 30 seconds.
	 * @param program name or path
	 * @param arguments its arguments
	 * @return the command
	 */
	public static Command of(Object program, String... arguments) {
		List<String> line = Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList();
		return new Command(line, Map.of(), "", Duration.ofSeconds(30));
	}

	/**
	 * Sets the time the program may take.
	 * @param timeout time after which it is killed
	 * @return a copy
	 */
	public Command within(Duration timeout) {
		return new Command(this.line, this.environment, this.input, timeout);
	}

	/**
	 * Sets what the program reads.
	 * @param input text for its standard input
	 * @return a copy
	 */
	public Command reading(String input) {
		return new Command(this.line, this.environment, input, this.timeout);
	}

	/**
	 * Adds an environment variable, which is not visible in a process list.
	 * @param name variable
	 * @param value its value
	 * @return a copy
	 */
	public Command with(String name, String value) {
		Map<String, String> all = new HashMap<>(this.environment);
		all.put(name, value);
		return new Command(this.line, all, this.input, this.timeout);
	}

	/**
	 * Removes every variable that etcd or etcdctl would take for a flag.
	 * @param environment variables of a process to be started; changed in place
	 */
	public static void removeEtcdVariables(Map<String, String> environment) {
		environment.keySet().removeIf((name) -> name.startsWith("ETCD_") || name.startsWith("ETCDCTL_"));
	}

	/**
	 * Runs the program and waits for its end.
	 * @return exit code and output
	 * @throws IOException when it cannot be started or does not end in time
	 */
	public Result run() throws IOException {
		// Files and not pipes: nothing has to be drained, and a grandchild that lives on
		// cannot hold the reader.
		Path folder = Files.createTempDirectory("etcd-command");
		try {
			Path in = Files.writeString(folder.resolve("in"), this.input);
			Path out = folder.resolve("out");
			Path err = folder.resolve("err");
			ProcessBuilder builder = new ProcessBuilder(this.line).redirectInput(in.toFile())
				.redirectOutput(out.toFile())
				.redirectError(err.toFile());
			removeEtcdVariables(builder.environment());
			builder.environment().putAll(this.environment);
			int exit = await(builder.start());
			return new Result(exit, text(out), text(err));
		}
		finally {
			Folders.delete(folder);
		}
	}

	/**
	 * Runs the program and refuses its failure.
	 * @return its standard output, stripped
	 * @throws IOException when it fails; the message ends in the last lines of its errors
	 */
	public String runOk() throws IOException {
		Result result = run();
		if (result.exit() != 0) {
			throw new IOException(name() + " ended with " + result.exit() + ": " + result.tail());
		}
		return result.out().strip();
	}

	private int await(Process process) throws IOException {
		try {
			if (process.waitFor(this.timeout.toMillis(), TimeUnit.MILLISECONDS)) {
				return process.exitValue();
			}
			throw new IOException(name() + " did not end within " + this.timeout.toSeconds() + " s and was killed");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new InterruptedIOException("interrupted while waiting for " + name());
		}
		finally {
			process.destroyForcibly();
		}
	}

	/** Unlike {@code Files.readString} it takes bytes that are no UTF-8. */
	private static String text(Path file) throws IOException {
		return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
	}

	private String name() {
		return Path.of(this.line.get(0)).getFileName().toString();
	}

	@Override
	public String toString() {
		return "Command[" + name() + "]";
	}

	/**
	 * What a program left behind.
	 *
	 * @param exit exit code
	 * @param out text of its standard output
	 * @param err text of its standard error
	 */
	public record Result(int exit, String out, String err) {

		/**
		 * Shortens the errors for a message.
		 * @return the last 600 characters of the standard error
		 */
		public String tail() {
			String errors = this.err.strip();
			return errors.length() <= 600 ? errors : "..." + errors.substring(errors.length() - 600);
		}

	}

}
