package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code demo.sh} says of a port that somebody else listens at. */
class BusyPortTests {

	@TempDir
	private Path folder;

	@Test
	void portThatIsInUseIsNamedWithWhatToDo() throws Exception {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Process demo = demo(other.getLocalPort());
			String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
			assertThat(output.strip()).isEqualTo("demo: FAILED port " + other.getLocalPort()
					+ " is in use; stop what listens there or choose another port: DEMO_PORT=8890 ./demo.sh");
			assertThat(demo.exitValue()).isEqualTo(1);
		}
		assertThat(this.folder).isEmptyDirectory();
	}

	private Process demo(int port) throws IOException {
		ProcessBuilder demo = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), Demo.class.getName());
		demo.environment().put("DEMO_PORT", String.valueOf(port));
		demo.environment().remove("JAVA_TOOL_OPTIONS");
		return demo.directory(this.folder.toFile()).redirectErrorStream(true).start();
	}

}
