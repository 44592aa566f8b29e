package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * With shell scripts in the place of etcd. What happens when the JVM ends is in
 * {@link WatchdogIT}.
 */
@Timeout(60)
class WatchdogTests {

	/** Says its process id, and does nothing more. */
	private static final String IDLE = "echo pid $$; exec sleep 600";

	@TempDir
	private Path temp;

	private Watchdog watchdog;

	@AfterEach
	void end() {
		if (this.watchdog != null) {
			this.watchdog.kill();
		}
	}

	@Test
	void theProgramRunsUntilItIsKilled() {
		ProcessHandle program = start(IDLE);
		assertThat(this.watchdog.isAlive()).isTrue();
		this.watchdog.kill();
		assertThat(program.isAlive()).isFalse();
		assertThat(this.watchdog.isAlive()).isFalse();
	}

	@Test
	void theProgramIsAskedToEnd() {
		start("trap 'echo goodbye; exit 0' TERM; echo pid $$; while :; do sleep 0.05; done");
		this.watchdog.terminate();
		assertThat(this.watchdog.isAlive()).isFalse();
		assertThat(log()).endsWith("goodbye\n");
	}

	@Test
	void aBusyProgramStandsStillOnceItIsFrozen() throws IOException {
		ProcessHandle program = start("echo pid $$; while :; do :; done");
		this.watchdog.freeze();
		Path stat = Path.of("/proc/" + program.pid() + "/stat");
		assumeThat(stat).as("how Linux tells").exists();
		assertThat(Files.readString(stat)).matches("(?s)\\d+ \\(.*\\) T .*");
	}

	@Test
	void aFrozenProgramIsAskedToEndToo() {
		ProcessHandle program = start(IDLE);
		this.watchdog.freeze();
		this.watchdog.terminate();
		assertThat(program.isAlive()).isFalse();
	}

	@Test
	void aFrozenProgramIsKilled() {
		ProcessHandle program = start(IDLE);
		this.watchdog.freeze();
		this.watchdog.kill();
		assertThat(program.isAlive()).isFalse();
	}

	@Test
	void aProgramThatEndsByItselfIsNoticed() {
		start("echo pid $$; exit 3");
		assertThat(this.watchdog.awaitEnd(Duration.ofSeconds(10))).isTrue();
		assertThat(this.watchdog.isAlive()).isFalse();
	}

	@Test
	void whetherTheEndCameInTimeIsSaid() {
		start(IDLE);
		assertThat(this.watchdog.awaitEnd(Duration.ofMillis(50))).isFalse();
		assertThat(this.watchdog.isAlive()).isTrue();
	}

	@Test
	void whatHasEndedCanBeSignalledKilledAndTerminated() {
		start("echo pid $$");
		this.watchdog.awaitEnd(Duration.ofSeconds(10));
		this.watchdog.freeze();
		this.watchdog.terminate();
		this.watchdog.kill();
		assertThat(this.watchdog.isAlive()).isFalse();
	}

	@Test
	void outputAndErrorsAreAddedToTheLog() throws IOException {
		Files.writeString(this.temp.resolve("log"), "before\n");
		start("echo pid $$; echo out; echo err >&2");
		this.watchdog.awaitEnd(Duration.ofSeconds(10));
		assertThat(log()).startsWith("before\npid ").contains("\nout\n", "\nerr\n");
	}

	@Test
	void argumentsReachTheProgramAsTheyAre() {
		this.watchdog = Watchdog.start(this.temp.resolve("cluster"), this.temp.resolve("log"),
				List.of("printf", "%s|", "two words", "$HOME", "'", "*", ""));
		this.watchdog.awaitEnd(Duration.ofSeconds(10));
		assertThat(log()).isEqualTo("two words|$HOME|'|*||");
	}

	@Test
	void aProgramThatCannotRunIsSaidInTheLog() {
		this.watchdog = Watchdog.start(this.temp.resolve("cluster"), this.temp.resolve("log"),
				List.of(this.temp.resolve("no-such-program").toString()));
		assertThat(this.watchdog.awaitEnd(Duration.ofSeconds(10))).isTrue();
		assertThat(log()).contains("no-such-program");
	}

	@Test
	void theFolderStaysWhenTheProgramEndsBecauseItsDataIsNeededAgain() throws IOException {
		Path cluster = Files.createDirectory(this.temp.resolve("cluster"));
		start(IDLE);
		this.watchdog.kill();
		assertThat(cluster).exists();
	}

	private ProcessHandle start(String script) {
		this.watchdog = Watchdog.start(this.temp.resolve("cluster"), this.temp.resolve("log"),
				List.of("sh", "-c", script));
		await().atMost(Duration.ofSeconds(10)).until(() -> pid().isPresent());
		return pid().flatMap(ProcessHandle::of).orElseGet(ProcessHandle::current);
	}

	private Optional<Long> pid() {
		return log().lines()
			.filter((line) -> line.startsWith("pid "))
			.map((line) -> Long.valueOf(line.substring(4)))
			.findFirst();
	}

	private String log() {
		try {
			Path log = this.temp.resolve("log");
			return Files.exists(log) ? Files.readString(log) : "";
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
