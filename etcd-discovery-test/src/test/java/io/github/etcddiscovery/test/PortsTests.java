package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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

}
