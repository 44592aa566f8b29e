package io.github.etcddiscovery.samples.hello;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs the two programs from their jars, as README.md says. */
class HelloIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@TempDir
	Path folder;

	@Test
	void theClientCallsBothServersAndAfterwardsTheOneThatIsLeft() throws Exception {
		Process first = run("server", "first", "--spring.grpc.server.address=127.0.0.1");
		Process second = run("server", "second", "--spring.grpc.server.address=127.0.0.1");
		try {
			await(() -> keys().size() == 2);
			List<String> both = keys();
			assertThat(answers("before")).containsExactlyInAnyOrderElementsOf(both);
			// SIGTERM: it leaves before it stops.
			first.destroy();
			await(() -> keys().size() == 1);
			assertThat(answers("after")).isEqualTo(keys()).isSubsetOf(both);
			assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			first.destroyForcibly();
			second.destroyForcibly();
		}
	}

	/** Returns the addresses that are registered. */
	private static List<String> keys() {
		return etcd.etcdctl("get", "--prefix", "--keys-only", "test/hello/")
			.lines()
			.filter((line) -> !line.isBlank())
			.map((key) -> key.substring("test/hello/".length()))
			.toList();
	}

	/** Runs the client and returns who answered it. */
	private List<String> answers(String name) throws Exception {
		Process client = run("client", name);
		try {
			assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
			List<String> lines = Files.readAllLines(log(name));
			assertThat(client.exitValue()).as("%s", lines).isZero();
			List<String> greetings = lines.stream().filter((line) -> line.contains("Hello call ")).toList();
			assertThat(greetings).hasSize(10);
			return greetings.stream().map((line) -> line.substring(line.indexOf(" from ") + 6)).distinct().toList();
		}
		finally {
			client.destroyForcibly();
		}
	}

	private Process run(String program, String name, String... arguments) throws IOException {
		List<String> command = Stream
			.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", "target/hello-" + program + ".jar",
					"--etcd.discovery.endpoints=" + etcd.endpoint()), Stream.of(arguments))
			.toList();
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log(name).toFile()).start();
	}

	private Path log(String name) {
		return this.folder.resolve(name + ".log");
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
	}

}
