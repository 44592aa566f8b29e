package io.github.etcddiscovery.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Processes that are killed while they write. */
class KilledWriterIT {

	private static final int AT_ONCE = 10;

	private static final int INSTANCES = 1_000;

	/** The time that a write takes, and more. */
	private static final int UP_TO_MS = 60;

	@RegisterExtension
	final LoggedLines log = new LoggedLines(SnapshotFile.class.getName());

	@TempDir
	Path folder;

	private final Random random = new Random();

	@Test
	void killedAtAnyMomentThereIsTheOldFileOrTheNewOne() throws Exception {
		kill(20);
	}

	@Test
	@Tag("long")
	void soItIsAfterMany() throws Exception {
		kill(200);
	}

	private void kill(int times) throws IOException, InterruptedException {
		for (int i = 0; i < times; i += AT_ONCE) {
			killSome(i);
		}
		assertThat(this.log.at("WARN")).isEmpty();
		try (Stream<Path> files = Files.list(this.folder)) {
			assertThat(files.filter((file) -> file.toString().endsWith(".tmp"))).as("files that were being written")
				.isNotEmpty();
		}
	}

	private void killSome(int first) throws IOException, InterruptedException {
		Map<Path, WritingProcess> writers = new LinkedHashMap<>();
		for (int i = 0; i < AT_ONCE; i++) {
			Path file = this.folder.resolve("snapshot" + (first + i));
			writers.put(file, WritingProcess.start(file, INSTANCES));
		}
		for (WritingProcess writer : writers.values()) {
			writer.awaitFirstFile();
			writer.kill(this.random.nextInt(UP_TO_MS));
		}
		for (Path file : writers.keySet()) {
			Saved saved = SnapshotFile.of(file).load(SavedSample.OF);
			assertThat(saved).isNotNull();
			List<SavedInstance> instances = new ArrayList<>(saved.ranges().get(new SavedRange(0, null)));
			assertThat(instances).hasSize(INSTANCES);
			assertThat(instances.stream().map((each) -> each.instance().tags().get("text")).distinct()).hasSize(1);
		}
	}

}
