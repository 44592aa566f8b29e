package io.github.etcddiscovery.spring.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What is registered on machines that have other addresses than this one, as Spring and
 * the kernel see them. A name space of the network is such a machine; it needs Linux, and
 * a user who may have one.
 */
@Tag("long")
class RealNetworkIT {

	/** The name of the machine is one of its loopback address, as Debian has it. */
	private static final String MACHINE = "hostname localhost && ip link set lo up && "
			+ "ip link add eth0 type veth peer name eth1 && ip link set eth0 up && ip link set eth1 up";

	@Test
	void loopbackIsNeverRegisteredInSilence() throws Exception {
		assumeThat(Path.of("/usr/bin/unshare")).exists();
		assumeThat(run(MACHINE)).as("what is said to whoever wants a network of his own").isEmpty();
		List<String> lines = run(MACHINE + " && exec \"$0\" -XX:TieredStopAtLevel=1 -cp \"$1\" \"$2\"");
		assertThat(lines).filteredOn((line) -> line.startsWith("with "))
			.containsExactly("with nothing but loopback: nothing", "with IPv6 alone: fd00::1",
					"with IPv4 too: 10.0.0.5", "with a typo: nothing");
		assertThat(lines).filteredOn((line) -> line.contains("ERROR"))
			.hasSize(2)
			.allSatisfy((line) -> assertThat(line).contains("etcd.discovery.registration.ip-address",
					"spring.cloud.inetutils.preferred-networks"));
	}

	/** Runs a script on a machine of its own. */
	private static List<String> run(String script) throws IOException, InterruptedException {
		Path output = Files.createTempFile("network", ".log");
		try {
			Process process = new ProcessBuilder("/usr/bin/unshare", "-rnu", "sh", "-c", script,
					System.getProperty("java.home") + "/bin/java", System.getProperty("java.class.path"),
					RealNetworkIT.class.getName())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			boolean ended = process.waitFor(2, TimeUnit.MINUTES);
			process.destroyForcibly();
			assertThat(ended).as(() -> "ended, and not only " + output).isTrue();
			return Files.readAllLines(output);
		}
		finally {
			Files.delete(output);
		}
	}

	/**
	 * What runs on that machine: applications, one after the other, while it is given
	 * addresses.
	 * @param args none
	 */
	public static void main(String[] args) throws Exception {
		show("nothing but loopback");
		ip("addr", "add", "fd00::1/64", "dev", "eth0", "nodad");
		show("IPv6 alone");
		ip("addr", "add", "10.0.0.5/24", "dev", "eth0");
		show("IPv4 too");
		show("a typo", "spring.cloud.inetutils.preferred-networks=192_168");
	}

	private static void ip(String... arguments) throws IOException, InterruptedException {
		ProcessBuilder command = new ProcessBuilder("ip").inheritIO();
		command.command().addAll(List.of(arguments));
		assertThat(command.start().waitFor()).isZero();
	}

	private static void show(String machine, String... properties) {
		Contexts.provider().withPropertyValues(properties).run((context) -> {
			EtcdRegistration own = context.getBean(EtcdRegistration.class);
			System.out.println("with " + machine + ": " + ((own.getPort() == 0) ? "nothing" : own.getHost()));
		});
	}

}
