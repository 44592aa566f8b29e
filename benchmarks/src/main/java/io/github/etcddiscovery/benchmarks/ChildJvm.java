package io.github.etcddiscovery.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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

	private ChildJvm(Process process) {
		this.process = process;
	}

	static ChildJvm start(List<String> flags, Class<?> program, Object... arguments) {
		List<String> line = new ArrayList<>();
		line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		line.addAll(flags);
		line.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
		Stream.of(arguments).map(String::valueOf).forEach(line::add);
		try {
			return new ChildJvm(new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits for its end and returns what it has printed. */
	List<String> lines() {
		try (BufferedReader out = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			List<String> lines = out.lines().toList();
			if (this.process.waitFor() != 0) {
				throw new IllegalStateException("a JVM has ended with " + this.process.exitValue());
			}
			return lines;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
