package io.github.etcddiscovery.file;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class FullDiskIT {

	@TempDir
	Path folder;

	@Test
	void aFullDiskIsOneWarningAndTheOldFileStays() throws Exception {
		assertThat(SmallDisk.at(this.folder).run(writing("once10,20000,20000,20")))
			.containsSubsequence("10 true", "20000 false", "20000 false", "20 true", "read 20")
			.filteredOn((line) -> line.contains("WARN"))
			.singleElement()
			.asString()
			.contains("No space left on device");
	}

	@Test
	void soIsADiskThatCanOnlyBeRead() throws Exception {
		assertThat(SmallDisk.at(this.folder).run(writing("once10"), "mount -o remount,ro \"$1\"", writing("once20,20")))
			.containsSubsequence("10 true", "read 10", "20 false", "20 false", "read 10")
			.filteredOn((line) -> line.contains("WARN"))
			.singleElement()
			.asString()
			.contains("Read-only file system");
	}

	private String writing(String what) {
		return SmallDisk.java(WritingProcess.class, this.folder.resolve("snapshot").toString(), what);
	}

}
