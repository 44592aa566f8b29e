package io.github.etcddiscovery.resolver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.etcddiscovery.file.SmallDisk;
import io.github.etcddiscovery.file.SnapshotFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** What a resolver shows whose disk takes no snapshot file: the same as without one. */
class SnapshotFileDiskIT {

	@TempDir
	Path folder;

	@ParameterizedTest
	@CsvSource({ "head -c 65536 /dev/zero > \"$1/filler\", No space left on device, written once there is room",
			"'mount -o remount,ro \"$1\"', Read-only file system, not written" })
	void nothingElseChanges(String command, String cause, String end) throws Exception {
		assertThat(SmallDisk.at(this.folder).run(command, SmallDisk.java(getClass(), this.folder.toString())))
			.containsSubsequence("knows [10.0.0.1] stale for PT0S", "knows [10.0.0.1, 10.0.0.2] stale for PT0S",
					"knows [10.0.0.2] stale for PT0S", end)
			.filteredOn((line) -> line.contains("WARN"))
			.singleElement()
			.asString()
			.contains(cause);
	}

	/**
	 * What runs on the disk: a resolver on driven time, while instances come and go.
	 * @param args the folder
	 */
	public static void main(String[] args) throws IOException {
		((Logger) LoggerFactory.getLogger(SnapshotFile.class)).setLevel(Level.INFO);
		Path file = Path.of(args[0], "snapshot");
		Rig rig = new Rig();
		rig.put(Rig.instance("a", 1));
		rig.start((options) -> options.withSnapshotFile(file));
		show(rig);
		rig.put(Rig.instance("a", 2));
		show(rig);
		rig.delete(Rig.instance("a", 1));
		show(rig);
		if (Files.deleteIfExists(Path.of(args[0], "filler"))) {
			rig.advance(Duration.ofMinutes(2));
		}
		System.out.println(Files.exists(file) ? "written once there is room" : "not written");
	}

	private static void show(Rig rig) {
		rig.run();
		System.out.println("knows " + rig.hosts("a") + " stale for " + rig.resolver.staleFor());
		rig.advance(Duration.ofMinutes(5));
	}

}
