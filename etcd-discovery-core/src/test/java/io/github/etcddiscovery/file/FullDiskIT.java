package io.github.etcddiscovery.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** A disk of 64 KiB, mounted where this process alone sees it. Needs Linux. */
class FullDiskIT {

	@TempDir
	Path folder;

	@Test
	void aFullDiskIsOneWarningAndTheOldFileStays() throws Exception {
		assertThat(onSmallDisk("once10,20000,20000,20"))
			.containsSubsequence("10 true", "20000 false", "20000 false", "20 true", "read 20")
			.filteredOn((line) -> line.contains("WARN"))
			.singleElement()
			.asString()
			.contains("No space left on device");
	}

	@Test
	void soIsADiskThatCanOnlyBeRead() throws Exception {
		assertThat(onSmallDisk("once10", "mount -o remount,ro \"$1\"", "once20,20"))
			.containsSubsequence("10 true", "read 10", "20 false", "20 false", "read 10")
			.filteredOn((line) -> line.contains("WARN"))
			.singleElement()
			.asString()
			.contains("Read-only file system");
	}

	/** Runs commands, and writing processes where the command begins so. */
	private List<String> onSmallDisk(String... commands) throws IOException, InterruptedException {
		String script = "set -e\nmount -t tmpfs -o size=64k tmpfs \"$1\"\n" + List.of(commands)
			.stream()
			.map((command) -> command.startsWith("once") ? writing(command) : command)
			.collect(Collectors.joining("\n"));
		assumeThat(Path.of("/usr/bin/unshare")).exists();
		assumeThat(run(List.of("/usr/bin/unshare", "-rm", "true"))).as("what unshare says").isEmpty();
		return run(List.of("/usr/bin/unshare", "-rm", "sh", "-c", script, "sh", this.folder.toString()));
	}

	private String writing(String what) {
		return WritingProcess.command(this.folder.resolve("snapshot"), what)
			.stream()
			.map((argument) -> "'" + argument + "'")
			.collect(Collectors.joining(" "));
	}

	private static List<String> run(List<String> command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		List<String> lines = process.inputReader().lines().toList();
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		return lines;
	}

}
