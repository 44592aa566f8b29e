package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The processes that {@code --keep} left behind: a file with their ids and start times,
 * by which a later run finds them again, and no others that have got the same ids since.
 */
record Kept(Path file) {

	void write(List<ProcessHandle> processes) throws IOException {
		List<String> lines = new ArrayList<>();
		for (ProcessHandle process : processes) {
			if (process.isAlive()) {
				lines.add(process.pid() + " " + process.info().startInstant().orElse(Instant.EPOCH));
			}
		}
		Files.write(this.file, lines);
	}

	List<ProcessHandle> alive() throws IOException {
		if (!Files.exists(this.file)) {
			return List.of();
		}
		return Files.readAllLines(this.file).stream().flatMap((line) -> find(line.split(" ")).stream()).toList();
	}

	private static Optional<ProcessHandle> find(String[] line) {
		return ProcessHandle.of(Long.parseLong(line[0]))
			.filter((process) -> process.info().startInstant().orElse(Instant.EPOCH).toString().equals(line[1]));
	}

	/**
	 * Ends them: etcd, which is the last in the file, after those that take leave of it.
	 */
	int stop() throws IOException {
		List<ProcessHandle> processes = alive();
		int users = Math.max(0, processes.size() - 1);
		end(processes.subList(0, users));
		end(processes.subList(users, processes.size()));
		Files.deleteIfExists(this.file);
		return processes.size();
	}

	private static void end(List<ProcessHandle> processes) {
		processes.forEach(ProcessHandle::destroy);
		for (ProcessHandle process : processes) {
			process.onExit().completeOnTimeout(process, 40, TimeUnit.SECONDS).join();
			process.destroyForcibly();
		}
	}

}
