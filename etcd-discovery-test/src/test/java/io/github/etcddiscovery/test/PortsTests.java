package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PortsTests {

	private final List<Integer> given = new ArrayList<>();

	@AfterEach
	void giveBack() {
		this.given.forEach(Ports::giveBack);
	}

	@Test
	void portsLieBelowThoseOfOutgoingConnections() {
		for (int i = 0; i < 200; i++) {
			assertThat(take()).isBetween(20_000, 29_999);
		}
	}

	@Test
	void noPortIsGivenToTwo() {
		Set<Integer> distinct = new HashSet<>();
		for (int i = 0; i < 500; i++) {
			assertThat(distinct.add(take())).isTrue();
		}
	}

	/** Which may be down just now, and expect to come back there. */
	@Test
	void noPortIsGivenThatAnotherJvmHolds() throws Exception {
		Process other = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), HoldsManyPorts.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			Set<Integer> held = Stream.of(other.inputReader().readLine().split(" "))
				.map(Integer::valueOf)
				.collect(Collectors.toSet());
			assertThat(held).hasSize(5_000);
			for (int i = 0; i < 200; i++) {
				assertThat(held).doesNotContain(take());
			}
		}
		finally {
			other.destroyForcibly().waitFor();
		}
	}

	@Test
	void aPortCanBeListenedOn() throws IOException {
		int port = take();
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			assertThat(socket.getLocalPort()).isEqualTo(port);
		}
	}

	@Test
	void aPortOnWhichSomebodyListensIsNotGiven() throws IOException {
		List<ServerSocket> taken = new ArrayList<>();
		try {
			for (int i = 0; i < 300; i++) {
				taken.add(new ServerSocket(take(), 1, InetAddress.getLoopbackAddress()));
			}
			// Free for us as far as we remember, but not for the machine.
			giveBack();
			List<Integer> busy = taken.stream().map(ServerSocket::getLocalPort).toList();
			for (int i = 0; i < 300; i++) {
				assertThat(busy).doesNotContain(take());
			}
		}
		finally {
			for (ServerSocket socket : taken) {
				socket.close();
			}
		}
	}

	private int take() {
		int port = Ports.free();
		this.given.add(port);
		return port;
	}

	/** What runs in the other JVM until it is killed. */
	static final class HoldsManyPorts {

		private HoldsManyPorts() {
		}

		public static void main(String[] args) throws IOException {
			System.out.println(
					Stream.generate(() -> String.valueOf(Ports.free())).limit(5_000).collect(Collectors.joining(" ")));
			System.in.read();
		}

	}

}
