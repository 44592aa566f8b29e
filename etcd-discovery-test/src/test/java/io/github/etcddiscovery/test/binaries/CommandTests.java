package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@Timeout(30)
class CommandTests {

	@Test
	void outputErrorsAndExitCodeAreKeptApart() throws IOException {
		Command.Result result = Command.of("sh", "-c", "echo out; echo err >&2; exit 3").run();
		assertThat(result).isEqualTo(new Command.Result(3, "out\n", "err\n"));
	}

	@Test
	void failureShowsTheEndOfTheErrorsAndNoArgument() {
		Command command = Command.of("sh", "-c", "echo why >&2; exit 3", "secret-argument");
		assertThatIOException().isThrownBy(command::runOk).withMessage("sh ended with 3: why");
		assertThat(command.toString()).isEqualTo("Command[sh]");
		assertThat(new Command.Result(1, "", "x".repeat(1_000)).tail()).hasSize(603).startsWith("...x");
	}

	@Test
	void programThatTakesTooLongIsKilled() {
		long start = System.nanoTime();
		assertThatIOException().isThrownBy(() -> Command.of("sleep", "60").within(Duration.ofMillis(200)).run())
			.withMessageContaining("sleep did not end within");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
	}

	@Test
	void inputAndEnvironmentReachTheProgram() throws IOException {
		assertThat(Command.of("sh", "-c", "cat; echo $COLOR").reading("in ").with("COLOR", "red").runOk())
			.isEqualTo("in red");
	}

	@Test
	void variablesOfEtcdAreRemovedAndOthersAreNot() {
		Map<String, String> environment = new HashMap<>(
				Map.of("ETCD_NAME", "a", "ETCDCTL_USER", "b", "ETCDISH", "c", "PATH", "d"));
		Command.removeEtcdVariables(environment);
		assertThat(environment).containsOnlyKeys("ETCDISH", "PATH");
	}

	@Test
	void versionIsFoundInTheOutputOfEtcd() {
		assertThat(EtcdVersion.in("etcd Version: 3.5.30\nGit SHA: 1.2.3")).contains(new EtcdVersion(3, 5, 30));
		assertThat(EtcdVersion.in("no version")).isEmpty();
		assertThat(new EtcdVersion(3, 10, 0)).isGreaterThan(new EtcdVersion(3, 9, 99));
		assertThat(new EtcdVersion(3, 4, 0).isAtLeast(3, 4)).isTrue();
		assertThat(new EtcdVersion(3, 3, 99).isAtLeast(3, 4)).isFalse();
	}

}
