package io.github.etcddiscovery.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program of this class path in a JVM of its own: with a heap of its own, and with
 * nothing compiled yet.
 */
final class ChildJvm {

	private final Process process;

	private final BufferedReader out;

	private ChildJvm(Process process) {
		this.process = process;
		this.out = process.inputReader(StandardCharsets.UTF_8);
	}

	static ChildJvm start(List<String> flags, Class<?> program, Object... arguments) {
		return start(flags, System.getProperty("java.class.path"), program, arguments);
	}

	static ChildJvm start(List<String> flags, String classPath, Class<?> program, Object... arguments) {
		List<String> line = new ArrayList<>();
		line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		line.addAll(flags);
		line.addAll(List.of("-cp", classPath, program.getName()));
		Stream.of(arguments).map(String::valueOf).forEach(line::add);
		try {
			return new ChildJvm(new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits until it says this and nothing else. */
	void await(String line) {
		try {
			String said = this.out.readLine();
			if (!line.equals(said)) {
				throw new IllegalStateException("a JVM has said '" + said + "' and not '" + line + "'");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Writes a line to its standard input. */
	void tell(Object line) {
		try {
			BufferedWriter in = this.process.outputWriter(StandardCharsets.UTF_8);
			in.write(line + System.lineSeparator());
			in.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits for its end and returns what it has printed since. */
	List<String> lines() {
		try {
			List<String> lines = this.out.lines().toList();
			if (this.process.waitFor() != 0) {
				throw new IllegalStateException("a JVM has ended with " + this.process.exitValue());
			}
			return lines;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
