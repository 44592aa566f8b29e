package io.github.etcddiscovery.samples.demo;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that was started here, with its output in a file.
 */
final class Program implements AutoCloseable {

	private static final Duration GRACE = Duration.ofSeconds(45);

	private final String name;

	private final Process process;

	private final Path log;

	private Program(String name, Process process, Path log) {
		this.name = name;
		this.process = process;
		this.log = log;
	}

	static Program start(String name, Path log, List<String> line) {
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true)
			.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
			.redirectOutput(log.toFile());
		// etcd takes settings of this library for its own flags, and a demo must not
		// depend
		// on the caller's environment anyway.
		builder.environment()
			.keySet()
			.removeIf((variable) -> variable.matches("(ETCD|KITEX|HERTZ|SPRING|SERVER|USERS|GATEWAY)_.*"));
		try {
			return new Program(name, builder.start(), log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start " + name + ": " + String.join(" ", line), ex);
		}
	}

	static Program startJar(String name, Path log, Path jar, List<String> arguments) {
		List<String> line = new ArrayList<>();
		line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		// Several JVMs on a small machine: quick to start, small.
		line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m", "-jar", jar.toString()));
		line.addAll(arguments);
		return start(name, log, line);
	}

	/**
	 * Waits for a while, or less when the program ends.
	 * @param pause how long
	 * @throws IllegalStateException when the program has ended, which nobody asked for
	 */
	void pause(Duration pause) {
		if (awaitEnd(pause)) {
			throw new IllegalStateException(this.name + " ended with exit code " + this.process.exitValue() + ", see "
					+ this.log + "\n" + tail());
		}
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String tail() {
		List<String> lines = log().lines().filter((line) -> !line.startsWith("\tat ")).toList();
		return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
	}

	String name() {
		return this.name;
	}

	ProcessHandle handle() {
		return this.process.toHandle();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/** Asks it to end (SIGTERM) and waits until it has. */
	void stop() {
		this.process.destroy();
		if (!awaitEnd(GRACE)) {
			kill();
			throw new IllegalStateException(this.name + " did not stop within " + GRACE.toSeconds() + " s");
		}
	}

	/** Ends it at once (SIGKILL). */
	void kill() {
		this.process.destroyForcibly();
		awaitEnd(GRACE);
	}

	private boolean awaitEnd(Duration timeout) {
		try {
			return this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for " + this.name, ex);
		}
	}

	/** Ends it, if it runs: it has nothing to lose any more. */
	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
