package io.github.etcddiscovery.spring.outlier;

import java.io.BufferedReader;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.spring.outlier.Reports.Told;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A caller whose own ports are all taken, a process with a network of its own. Needs
 * Linux and the right to make namespaces.
 */
@Tag("long")
class NoPortLeftIT {

	private static final int FIRST_PORT = 20_000;

	private static final int LAST_PORT = 20_003;

	/** Runs, in a namespace; tells what each client has reported of a call. */
	public static void main(String[] arguments) throws Exception {
		new ProcessBuilder("ip", "link", "set", "lo", "up").inheritIO().start().waitFor();
		FailingCalls calls = new FailingCalls();
		takeAllPorts();
		for (String client : FailingCalls.names().toList()) {
			calls.reports(client).forget();
			calls.call(client, "refused");
			Told told = calls.reports(client).next(Duration.ofSeconds(5));
			System.out.println(Namespaces.SAYS + client + ": " + told.outcome() + " " + told.reported());
		}
		Runtime.getRuntime().halt(0);
	}

	/** One that is bound is not given to a connection. */
	private static void takeAllPorts() throws Exception {
		Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), FIRST_PORT + " " + LAST_PORT);
		for (int port = FIRST_PORT; port <= LAST_PORT; port++) {
			new ServerSocket(port);
		}
	}

	@BeforeAll
	static void needsNamespaces() {
		Namespaces.assumeThatTheyCanBeMade();
	}

	@Test
	void whoeverHasNoPortLeftLearnsNothingOfTheInstance() throws Exception {
		Process process = InstanceProcess.launch(NoPortLeftIT.class, Namespaces.ALONE, List.of());
		try (BufferedReader lines = process.inputReader()) {
			List<String> said = lines.lines().filter((line) -> line.startsWith(Namespaces.SAYS)).toList();
			assertThat(said).hasSameSizeAs(FailingCalls.names().toList())
				.allSatisfy((line) -> assertThat(line).contains(": " + Outcome.SAYS_NOTHING)
					.contains("assign requested address"));
		}
		finally {
			process.destroyForcibly();
		}
	}

}
