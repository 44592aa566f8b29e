package io.github.etcddiscovery.spring.outlier;

import java.io.BufferedReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the system itself says of a network that is gone: links that are down, and a host
 * that nobody answers for. Needs Linux and the right to make namespaces.
 */
@Tag("long")
class NamespacesIT {

	@BeforeAll
	static void needsNamespaces() {
		Namespaces.assumeThatTheyCanBeMade();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Apache", "Feign", "JDK", "Jetty", "Reactor", "Simple", "WebClient" })
	void whoseLinksAreDownKeepsHalfOfTheListAndHasTheRestBackAfterThreeSeconds(String client) throws Exception {
		Map<String, Integer> said = run("link", client);
		assertThat(said.get("ejected")).isLessThanOrEqualTo(2);
		assertThat(said.get("back")).isLessThanOrEqualTo(3000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Apache", "Feign", "JDK", "Jetty", "Reactor", "Simple", "WebClient" })
	void aHostThatIsGoneCostsEachCallerTwoTimeOutsAtMost(String client) throws Exception {
		Map<String, Integer> said = run("host", client);
		assertThat(said.get("failed")).isBetween(1, 2 * Load.CALLERS + 2);
		assertThat(said.get("late")).isLessThanOrEqualTo(2);
	}

	/**
	 * A firewall, say. One that refuses does not count as one of the half that is kept;
	 * but once all of them refuse, all are called.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "Apache", "Feign", "JDK", "Jetty", "Reactor", "Simple", "WebClient" })
	void whoIsRefusedByAllKeepsTheWholeListAndReachesAllThreeSecondsAfterTheyAccept(String client) throws Exception {
		Map<String, Integer> said = run("refusal", client);
		assertThat(said.get("kept")).isEqualTo(4);
		assertThat(said.get("late")).isZero();
		assertThat(said.get("called")).isEqualTo(4);
	}

	private static Map<String, Integer> run(String fault, String client) throws Exception {
		Process process = InstanceProcess.launch(Namespaces.class, Namespaces.ALONE, List.of(fault, client));
		try (BufferedReader lines = process.inputReader()) {
			Map<String, Integer> said = lines.lines()
				.filter((line) -> line.startsWith(Namespaces.SAYS))
				.map((line) -> line.substring(Namespaces.SAYS.length()).split("="))
				.collect(Collectors.toMap((parts) -> parts[0], (parts) -> Integer.parseInt(parts[1])));
			System.out.printf("reach: %s gone, %s: %s%n", fault, client, said);
			assertThat(process.waitFor()).isZero();
			return said;
		}
		finally {
			process.destroyForcibly();
		}
	}

}
