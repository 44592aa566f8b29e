package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

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
	void programThatIsNotThereIsNamed() {
		assertThatIOException().isThrownBy(Command.of("no-such-program")::run).withMessageContaining("no-such-program");
	}

	@Test
	void childThatLivesOnDoesNotHoldUpTheCaller() throws IOException {
		long start = System.nanoTime();
		assertThat(Command.of("sh", "-c", "sleep 20 & echo done").runOk()).isEqualTo("done");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
	}

	@Test
	void outputThatIsNoTextIsNoError() throws IOException {
		assertThat(Command.of("printf", "a\\377b").runOk()).isEqualTo("a\ufffdb");
	}

	@Test
	void muchOutputOnBothSidesDoesNotBlock() throws IOException {
		Command.Result result = Command.of("sh", "-c", "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2")
			.run();
		assertThat(result.out()).hasSize(3_000_000);
		assertThat(result.err()).hasSize(3_000_000);
	}

	@Test
	void changesMakeCopies() {
		Command plain = Command.of("sh");
		plain.reading("in").with("A", "b").within(Duration.ofSeconds(1));
		assertThat(plain.input()).isEmpty();
		assertThat(plain.environment()).isEmpty();
		assertThat(plain.timeout()).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void interruptEndsTheWaitAndIsKept() throws InterruptedException {
		AtomicReference<String> seen = new AtomicReference<>();
		Thread caller = new Thread(() -> {
			assertThatIOException().isThrownBy(() -> Command.of("sleep", "60").run())
				.withMessage("interrupted while waiting for sleep");
			seen.set("interrupted=" + Thread.currentThread().isInterrupted());
		});
		caller.start();
		await().atMost(Duration.ofSeconds(10)).until(() -> caller.getState() == Thread.State.TIMED_WAITING);
		caller.interrupt();
		caller.join(10_000);
		assertThat(seen).hasValue("interrupted=true");
	}

}
