package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Timeout(60)
class EtcdBinariesTests {

	@TempDir
	private Path temp;

	@Test
	void aFolderIsTakenByItsVersion() throws IOException {
		Path folder = FakeHost.etcd(this.temp.resolve("etcd"), "3.6.1");
		EtcdBinaries binaries = EtcdBinaries.in(folder);
		assertThat(binaries.version()).isEqualTo(new EtcdVersion(3, 6, 1));
		assertThat(binaries.etcd()).isEqualTo(folder.resolve("etcd")).isExecutable();
		assertThat(binaries.etcdctl()).isEqualTo(folder.resolve("etcdctl")).isExecutable();
		assertThat(binaries.description()).isEqualTo("etcd 3.6.1 in " + folder + " (given)");
	}

	@Test
	void aRelativeFolderIsRememberedAsAnAbsoluteOne() throws IOException {
		Path folder = FakeHost.etcd(this.temp.resolve("etcd"), "3.6.1");
		Path relative = Path.of("").toAbsolutePath().relativize(folder);
		assertThat(EtcdBinaries.in(relative).folder()).isAbsolute();
	}

	@Test
	void whatIsWrongWithAFolderIsSaid() throws IOException {
		assertRefused(this.temp.resolve("absent"), "no executable " + this.temp.resolve("absent/etcd"));

		Path half = FakeHost.etcd(this.temp.resolve("half"), "3.6.1");
		Files.delete(half.resolve("etcdctl"));
		assertRefused(half, "no executable " + half.resolve("etcdctl"));

		assertRefused(FakeHost.etcd(this.temp.resolve("old"), "3.3.9"), "etcd 3.3.9", "older than 3.4");

		Path mute = FakeHost.etcd(this.temp.resolve("mute"), "no number");
		assertRefused(mute, mute.resolve("etcd") + " --version names no version");

		Path broken = FakeHost.etcd(this.temp.resolve("broken"), "3.6.1");
		FakeHost.script(broken.resolve("etcd"), "echo 'cannot execute binary file' >&2; exit 126");
		assertRefused(broken, "ended with 126: cannot execute binary file");
	}

	@Test
	void theVariablesOfEtcdDoNotChangeWhatItSays() throws IOException {
		Path folder = FakeHost.etcd(this.temp.resolve("etcd"), "3.6.1");
		FakeHost.script(folder.resolve("etcd"), "[ -z \"$ETCD_NAME\" ] && echo 'etcd Version: 3.6.1'");
		Command.Result result = main(Map.of("ETCD_BIN", folder.toString(), "ETCD_NAME", "a"));
		assertThat(result.exit()).isZero();
	}

	@Test
	void theProgramPrintsTheFolderAndNothingElseOnStandardOutput() throws IOException {
		Path chosen = FakeHost.etcd(this.temp.resolve("chosen"), "3.5.1");
		Command.Result result = main(Map.of("ETCD_BIN", chosen.toString()));
		assertThat(result.exit()).isZero();
		assertThat(result.out()).isEqualTo(chosen + "\n");
		assertThat(result.err()).isEqualTo("Using etcd 3.5.1 in " + chosen + " (ETCD_BIN)\n");
	}

	@Test
	void theProgramEndsWithOneAndSaysWhatToDoWhereThereIsNoEtcd() throws IOException {
		Path empty = Files.createDirectory(this.temp.resolve("empty"));
		Command.Result result = main(Map.of("ETCD_BIN", empty.toString(), "PATH", empty.toString()),
				"-Dos.arch=riscv64", "-Duser.home=" + empty);
		assertThat(result.exit()).isEqualTo(1);
		assertThat(result.out()).isEmpty();
		assertThat(result.err()).contains("ETCD_BIN: no executable " + empty.resolve("etcd"))
			.contains("or set ETCD_BIN to the folder that holds them")
			.doesNotContain("Exception");
		assertThat(empty).isEmptyDirectory();
	}

	private static void assertRefused(Path folder, String... reasons) {
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdBinaries.in(folder))
			.withMessageStartingWith("No usable etcd in " + folder + ": ")
			.satisfies((refusal) -> assertThat(refusal.getMessage()).contains(reasons));
	}

	/** In a JVM of its own, with nothing but this module's classes. */
	private static Command.Result main(Map<String, String> environment, String... options) throws IOException {
		Path classes = Path.of(EtcdBinaries.class.getProtectionDomain().getCodeSource().getLocation().getPath());
		List<String> line = new ArrayList<>(List.of(options));
		line.addAll(List.of("-cp", classes.toString(), EtcdBinaries.class.getName()));
		Command command = Command.of(Path.of(System.getProperty("java.home"), "bin", "java"),
				line.toArray(String[]::new));
		for (Map.Entry<String, String> variable : environment.entrySet()) {
			command = command.with(variable.getKey(), variable.getValue());
		}
		return command.run();
	}

}
