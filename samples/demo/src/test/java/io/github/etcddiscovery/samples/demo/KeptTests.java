package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class KeptTests {

	@TempDir
	private Path folder;

	private Program program;

	private Kept kept;

	@BeforeEach
	void start() {
		this.program = Program.start("sleep", this.folder.resolve("log"), List.of("sleep", "60"));
		this.kept = new Kept(this.folder.resolve("processes"));
	}

	@AfterEach
	void end() {
		this.program.close();
	}

	@Test
	void laterRunEndsWhatWasKept() throws IOException {
		this.kept.write(List.of(this.program.handle()));
		assertThat(this.kept.alive()).containsExactly(this.program.handle());
		assertThat(this.kept.stop()).isEqualTo(1);
		assertThat(this.program.isAlive()).isFalse();
		assertThat(this.kept.alive()).isEmpty();
	}

	@Test
	void anotherProcessThatGotTheSameIdIsLeftAlone() throws IOException {
		Files.writeString(this.folder.resolve("processes"), this.program.handle().pid() + " 2001-01-01T00:00:00Z\n");
		assertThat(this.kept.stop()).isZero();
		assertThat(this.program.isAlive()).isTrue();
	}

	@Test
	void nothingKeptIsNothingToEnd() throws IOException {
		assertThat(this.kept.stop()).isZero();
	}

}
