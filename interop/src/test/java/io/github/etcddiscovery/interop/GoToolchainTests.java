package io.github.etcddiscovery.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class GoToolchainTests {

	@TempDir
	private Path folder;

	@Test
	void goIsFoundOnThePath() throws Exception {
		Path go = program("exit 0");
		assertThat(GoToolchain.find(Map.of("PATH", "/nowhere:" + this.folder)).go()).isEqualTo(go);
	}

	@Test
	void goBinGoesBeforeThePath() throws Exception {
		Path go = program("exit 0");
		assertThat(GoToolchain.find(Map.of("PATH", "/usr/bin", "GO_BIN", this.folder.toString())).go()).isEqualTo(go);
	}

	@Test
	void withoutGoItSaysWhatToDo() {
		assertThatExceptionOfType(GoUnavailableException.class)
			.isThrownBy(() -> GoToolchain.find(Map.of("PATH", this.folder.toString())))
			.withMessageContainingAll("no go on the PATH", "install Go >= 1.26", "GO_BIN");
	}

	@Test
	void goBinWithoutGoIsNamed() {
		assertThatExceptionOfType(GoUnavailableException.class)
			.isThrownBy(() -> GoToolchain.find(Map.of("PATH", "/usr/bin", "GO_BIN", this.folder.toString())))
			.withMessageContaining("GO_BIN=" + this.folder);
	}

	@Test
	void buildKeepsToTheVersionsOfGoSum() throws Exception {
		program("echo \"$GOFLAGS $GOWORK\" > " + this.folder.resolve("seen"));
		build();
		assertThat(this.folder.resolve("seen")).content().startsWith("-mod=readonly").contains(" off");
	}

	@Test
	void modulesThatCannotBeFetchedAreNoFaultOfTheProject() throws Exception {
		program("echo 'dial tcp: no route to host' >&2; exit 1");
		assertThatExceptionOfType(GoUnavailableException.class).isThrownBy(this::build)
			.withMessageContainingAll("cannot be fetched", "no route to host");
	}

	@Test
	void programThatDoesNotCompileIsAFaultOfTheProject() throws Exception {
		program("[ \"$1\" = mod ] || { echo 'undefined: x' >&2; exit 1; }");
		assertThatIllegalStateException().isThrownBy(this::build).withMessageContaining("undefined: x");
	}

	private void build() throws GoUnavailableException {
		new GoToolchain(this.folder.resolve("go")).build(this.folder, this.folder.resolve("program"));
	}

	private Path program(String script) throws IOException {
		Path go = Files.writeString(this.folder.resolve("go"), "#!/bin/sh\n" + script + "\n");
		assertThat(go.toFile().setExecutable(true)).isTrue();
		return go;
	}

}
