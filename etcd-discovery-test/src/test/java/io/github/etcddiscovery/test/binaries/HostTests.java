package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HostTests {

	@TempDir
	private Path temp;

	@ParameterizedTest
	@CsvSource({ "Linux, true, false", "linux, true, false", "Mac OS X, false, true", "Darwin, false, false",
			"Windows 11, false, false", "FreeBSD, false, false" })
	void theSystemIsKnownByItsName(String name, boolean linux, boolean mac) {
		assertThat(host(name, "amd64", Map.of()).isLinux()).isEqualTo(linux);
		assertThat(host(name, "amd64", Map.of()).isMac()).isEqualTo(mac);
	}

	@ParameterizedTest
	@CsvSource({ "amd64, amd64", "x86_64, amd64", "aarch64, arm64", "arm64, arm64", "riscv64, riscv64", "x86, x86" })
	void theProcessorIsNamedAsReleasesNameIt(String architecture, String expected) {
		assertThat(host("Linux", architecture, Map.of()).releaseArchitecture()).isEqualTo(expected);
	}

	@Test
	void aVariableThatIsNotSetIsEmpty() {
		Host host = host("Linux", "amd64", Map.of("ETCD_BIN", "/opt/etcd"));
		assertThat(host.variable("ETCD_BIN")).isEqualTo("/opt/etcd");
		assertThat(host.variable("PATH")).isEmpty();
		assertThat(host.pathFolders()).isEmpty();
	}

	@Test
	void emptyEntriesOfThePathAreNotTheCurrentFolder() {
		assertThat(host("Linux", "amd64", Map.of("PATH", ":/usr/bin:: :/bin:")).pathFolders())
			.containsExactly(Path.of("/usr/bin"), Path.of("/bin"));
	}

	@Test
	void theFirstProgramOfThePathThatCanRunIsTaken() throws IOException {
		Path first = Files.createDirectory(this.temp.resolve("first"));
		Path second = Files.createDirectory(this.temp.resolve("second"));
		Path third = Files.createDirectory(this.temp.resolve("third"));
		Files.writeString(first.resolve("docker"), "not executable");
		FakeHost.script(second.resolve("docker"), "exit 0");
		FakeHost.script(third.resolve("docker"), "exit 0");

		Host host = host("Linux", "amd64", Map.of("PATH", first + ":" + second + ":" + third));
		assertThat(host.program("docker")).contains(second.resolve("docker"));
		assertThat(host.program("podman")).isEmpty();
	}

	@Test
	void theMachineThatThisRunsOnIsKnown() {
		Host host = Host.current();
		assertThat(host.home()).isEqualTo(Path.of(System.getProperty("user.home")));
		assertThat(host.program("sh")).isPresent();
		assertThat(BinaryCache.of(host).root()).isEqualTo(host.home().resolve(".cache/etcd-discovery"));
	}

	private Host host(String os, String architecture, Map<String, String> environment) {
		return new Host(environment, this.temp, os, architecture, this.temp.resolve("etc"));
	}

}
