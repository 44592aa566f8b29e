package io.github.etcddiscovery.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of its own that writes a file again and again, so that it can be killed while
 * it does.
 */
final class WritingProcess {

	private final Process process;

	private WritingProcess(Process process) {
		this.process = process;
	}

	static WritingProcess start(Path file, int instances) throws IOException {
		return new WritingProcess(
				new ProcessBuilder(SmallDisk.command(WritingProcess.class, file.toString(), String.valueOf(instances)))
					.redirectErrorStream(true)
					.start());
	}

	/** Returns when it has written for the first time. */
	void awaitFirstFile() throws IOException {
		String line = this.process.inputReader().readLine();
		if (!"written".equals(line)) {
			throw new IOException("The process has said: " + line);
		}
	}

	/** Kills it with -9, after a while. */
	void kill(int afterMs) throws InterruptedException {
		if (this.process.waitFor(afterMs, TimeUnit.MILLISECONDS)) {
			throw new IllegalStateException("The process has ended by itself");
		}
		this.process.destroyForcibly();
		if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The process survived SIGKILL");
		}
	}

	/**
	 * What runs in the other process: writes for ever, or once and says what became of
	 * it.
	 * @param args file, number of instances; or file, "once" and such numbers, with
	 * commas
	 */
	public static void main(String[] args) {
		SnapshotFile file = SnapshotFile.of(Path.of(args[0]));
		((Logger) LoggerFactory.getLogger(SnapshotFile.class)).setLevel(Level.INFO);
		if (args[1].startsWith("once")) {
			for (String instances : args[1].substring(4).split(",", -1)) {
				System.out.println(instances + " "
						+ file.write(SavedSample.OF, SavedSample.of(Integer.parseInt(instances), "once")));
			}
			Saved saved = file.load(SavedSample.OF);
			System.out.println("read " + ((saved != null) ? saved.ranges().values().iterator().next().size() : "none"));
			return;
		}
		List<Saved> both = List.of(SavedSample.of(Integer.parseInt(args[1]), "one"),
				SavedSample.of(Integer.parseInt(args[1]), "another"));
		for (int i = 0; true; i++) {
			file.write(SavedSample.OF, both.get(i % 2));
			if (i == 0) {
				System.out.println("written");
			}
		}
	}

}
