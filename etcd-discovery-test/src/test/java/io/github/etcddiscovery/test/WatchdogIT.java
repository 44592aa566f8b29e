package io.github.etcddiscovery.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A child JVM starts a cluster of two; what it leaves behind is counted. */
@Timeout(60)
class WatchdogIT {

	@TempDir
	Path temp;

	private Process jvm;

	private BufferedReader output;

	private List<ProcessHandle> etcds;

	@BeforeEach
	void startClusterInAnotherJvm() throws IOException {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), "-Djava.io.tmpdir=" + this.temp, Main.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT);
		builder.environment().put("ETCD_NAME", "from-the-environment");
		builder.environment().put("ETCD_DATA_DIR", this.temp.resolve("from-the-environment").toString());
		builder.environment().put("ETCDCTL_ENDPOINTS", "http://192.0.2.1:1");
		// etcd 3.6 takes these for flags; they are also the variables of our own
		// properties.
		List.of("ENDPOINTS", "USER", "PASSWORD", "CERT", "KEY")
			.forEach((name) -> builder.environment().put("ETCD_DISCOVERY_" + name, "from-the-environment"));
		this.jvm = builder.start();
		this.output = new BufferedReader(new InputStreamReader(this.jvm.getInputStream(), StandardCharsets.UTF_8));
		assertThat(readUntil("members ")).contains("m0").contains("m1").doesNotContain("from-the-environment");
		this.etcds = this.jvm.descendants().filter((process) -> isEtcd(process)).toList();
		assertThat(this.etcds).hasSize(2);
	}

	@AfterEach
	void end() {
		this.jvm.destroyForcibly();
	}

	@Test
	void killedJvmLeavesNoEtcdAndNoData() {
		this.jvm.destroyForcibly();
		assertNothingIsLeft();
	}

	@Test
	void killedJvmLeavesNoFrozenEtcd() throws IOException {
		this.jvm.getOutputStream().write("freeze\n".getBytes(StandardCharsets.UTF_8));
		this.jvm.getOutputStream().flush();
		readUntil("frozen");
		this.jvm.destroyForcibly();
		assertNothingIsLeft();
	}

	@Test
	void jvmThatExitsWithoutCloseLeavesNothing() throws Exception {
		this.jvm.getOutputStream().write("exit\n".getBytes(StandardCharsets.UTF_8));
		this.jvm.getOutputStream().flush();
		assertThat(this.jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
		assertNothingIsLeft();
	}

	@Test
	void variablesOfEtcdDoNotReachIt() {
		assertThat(Files.exists(this.temp.resolve("from-the-environment"))).isFalse();
	}

	/** But for the empty file by which JVMs keep their ports apart. */
	private void assertNothingIsLeft() {
		await().atMost(Duration.ofSeconds(10)).until(() -> this.etcds.stream().noneMatch(ProcessHandle::isAlive));
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.temp.toFile().list()).singleElement(InstanceOfAssertFactories.STRING)
				.startsWith("etcd-discovery-ports-"));
	}

	private static boolean isEtcd(ProcessHandle process) {
		return process.info().command().filter((command) -> command.endsWith("/etcd")).isPresent();
	}

	private String readUntil(String start) throws IOException {
		for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
			if (line.startsWith(start)) {
				return line;
			}
		}
		throw new IllegalStateException("the JVM ended before it said: " + start);
	}

	/** The child. */
	static final class Main {

		private Main() {
		}

		@SuppressWarnings("resource") // not closing is the point
		public static void main(String... arguments) throws IOException {
			EtcdCluster etcd = EtcdCluster.of(2);
			System.out.println("members " + etcd.etcdctl("member", "list").replace('\n', ' '));
			BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			if ("freeze".equals(commands.readLine())) {
				etcd.freeze();
				System.out.println("frozen");
				commands.readLine();
			}
		}

	}

}
