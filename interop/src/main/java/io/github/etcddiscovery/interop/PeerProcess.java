package io.github.etcddiscovery.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process that says by lines what it does, and does what it is told by lines. It ends
 * when this JVM does, because its standard input ends then. For one thread.
 */
public final class PeerProcess implements AutoCloseable {

	/** A loaded machine starts a process slowly; Kitex polls every 5 s. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** A process that ends closes its output, and is gone only a moment later. */
	private static final Duration END = Duration.ofSeconds(5);

	private static final String INSTANCES = "instances";

	private final Lines lines = new Lines();

	private final Process process;

	private final String name;

	private final Path log;

	private PeerProcess(Process process, String name, Path log) {
		this.process = process;
		this.name = name;
		this.log = log;
	}

	/**
	 * Starts a process in an environment without settings for etcd or Kitex.
	 * @param line program and arguments
	 * @param environment variables to add
	 * @param logs folder for what it writes to its standard error; created
	 * @return the running process
	 */
	public static PeerProcess start(List<String> line, Map<String, String> environment, Path logs) {
		try {
			Files.createDirectories(logs);
			Path log = Files.createTempFile(logs, Path.of(line.get(0)).getFileName() + "-", ".log");
			ProcessBuilder builder = new ProcessBuilder(line).redirectError(log.toFile());
			builder.environment().keySet().removeIf((variable) -> variable.matches("(ETCD|KITEX|HERTZ|POD)_.*"));
			builder.environment().putAll(environment);
			PeerProcess peer = new PeerProcess(builder.start(), String.join(" ", line), log);
			Thread reader = new Thread(peer::read, "lines of " + line.get(0));
			reader.setDaemon(true);
			reader.start();
			return peer;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start " + String.join(" ", line), ex);
		}
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				this.lines.add(line);
			}
		}
		catch (IOException endOfProcess) {
			// Its lines end with it.
		}
		this.lines.end();
	}

	/**
	 * Waits for a line that begins with a word and has not been waited for before.
	 * @param word first word of the line
	 * @return the rest of it
	 * @throws IllegalStateException if it does not come
	 */
	public String await(String word) {
		return this.lines.next(startsWith(word), PATIENCE)
			.map((line) -> rest(word, line))
			.orElseThrow(() -> failure("a line '" + word + "'"));
	}

	/**
	 * Waits until the newest list of instances is as wanted.
	 * @param wanted condition for the list; an empty one is the empty text
	 * @return the list
	 * @throws IllegalStateException if it does not become so
	 */
	public String awaitInstances(Predicate<String> wanted) {
		return this.lines.newest(startsWith(INSTANCES), (line) -> wanted.test(rest(INSTANCES, line)), PATIENCE)
			.map((line) -> rest(INSTANCES, line))
			.orElseThrow(() -> failure("other instances"));
	}

	/**
	 * Tells it to do something.
	 * @param command one line
	 */
	public void send(String command) {
		try {
			this.process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
			this.process.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw failure("taking '" + command + "'");
		}
	}

	/**
	 * Lets it call an instance, and waits for the outcome.
	 * @param text what to say to the instance
	 * @return {@code answer} and what the instance said, or {@code refused} and why
	 */
	public String call(String text) {
		send("call " + text);
		return this.lines.next(startsWith("answer").or(startsWith("refused")), PATIENCE)
			.orElseThrow(() -> failure("the outcome of a call"));
	}

	private static Predicate<String> startsWith(String word) {
		return (line) -> line.equals(word) || line.startsWith(word + " ");
	}

	private static String rest(String word, String line) {
		return line.substring(word.length()).strip();
	}

	/** Ends it at once (SIGKILL), and waits until it is gone. */
	public void kill() {
		this.process.destroyForcibly();
		if (!ended(PATIENCE)) {
			throw new IllegalStateException(this.name + " is still there " + PATIENCE.toSeconds() + " s after SIGKILL");
		}
	}

	private boolean ended(Duration timeout) {
		try {
			return this.process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the end of " + this.name, ex);
		}
	}

	/** Kills it, if it runs. */
	@Override
	public void close() {
		kill();
	}

	private IllegalStateException failure(String expected) {
		return new IllegalStateException("Waited for " + expected + " of " + this.name + ", which "
				+ (ended(END) ? "ended with " + this.process.exitValue() : "runs") + " and wrote " + this.lines
				+ "\nstandard error, " + this.log + ":\n" + tail());
	}

	private String tail() {
		try {
			List<String> all = Files.readAllLines(this.log);
			return String.join("\n", all.subList(Math.max(0, all.size() - 20), all.size()));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
