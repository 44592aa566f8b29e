package io.github.etcddiscovery.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A disk of 64 KiB, mounted where the commands that are run on it see it, and nobody
 * else. Needs Linux, and a user who may have name spaces of his own.
 */
public final class SmallDisk {

	private final Path folder;

	private SmallDisk(Path folder) {
		this.folder = folder;
	}

	/** A disk that will be mounted at a folder, for each script anew. */
	public static SmallDisk at(Path folder) {
		return new SmallDisk(folder);
	}

	/**
	 * Runs commands of a shell, to which the folder is {@code $1}.
	 * @return the lines that they have written
	 */
	public List<String> run(String... commands) throws IOException, InterruptedException {
		assumeThat(Path.of("/usr/bin/unshare")).exists();
		assumeThat(lines(List.of("/usr/bin/unshare", "-rm", "true"))).as("what unshare says").isEmpty();
		String script = "set -e\nmount -t tmpfs -o size=64k tmpfs \"$1\"\n" + String.join("\n", commands);
		return lines(List.of("/usr/bin/unshare", "-rm", "sh", "-c", script, "sh", this.folder.toString()));
	}

	/** Returns the command that runs a class in a process of its own, for a shell. */
	public static String java(Class<?> main, String... arguments) {
		return command(main, arguments).stream()
			.map((argument) -> "'" + argument + "'")
			.collect(Collectors.joining(" "));
	}

	static List<String> command(Class<?> main, String... arguments) {
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
						"-Xmx128m", "-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		return command;
	}

	private static List<String> lines(List<String> command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		List<String> lines = process.inputReader().lines().toList();
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		return lines;
	}

}
