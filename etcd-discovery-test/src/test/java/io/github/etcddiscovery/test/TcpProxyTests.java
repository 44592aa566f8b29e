package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.test.TcpProxy.Direction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static io.github.etcddiscovery.test.ProxyRig.echo;
import static io.github.etcddiscovery.test.ProxyRig.read;
import static io.github.etcddiscovery.test.ProxyRig.send;
import static io.github.etcddiscovery.test.ProxyRig.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class TcpProxyTests {

	@RegisterExtension
	final ProxyRig rig = new ProxyRig();

	@Test
	void passesBytesBothWaysAndCountsThem() throws IOException {
		try (Socket client = this.rig.connect()) {
			assertThat(echo(client, "hello")).isEqualTo("hello");
			assertThat(this.rig.proxy.connections()).isEqualTo(1);
			// Counted after they were written: who gets them may be quicker.
			await().atMost(Duration.ofSeconds(20)).until(() -> this.rig.proxy.bytes(Direction.TO_SERVER) == 5);
			await().atMost(Duration.ofSeconds(20)).until(() -> this.rig.proxy.bytes(Direction.TO_CLIENT) == 5);
		}
		this.rig.awaitConnections(0);
		assertThat(this.rig.proxy.accepted()).isEqualTo(1);
	}

	@Test
	void passesMegabytesUnchanged() throws Exception {
		byte[] sent = new byte[20_000_000];
		new Random(7).nextBytes(sent);
		try (Socket client = this.rig.connect()) {
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(client, sent), OWN_THREADS);
			assertThat(client.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
			writer.get(5, TimeUnit.SECONDS);
		}
	}

	@Test
	void endOfOneDirectionLeavesTheOtherOpen() throws IOException {
		try (Socket client = this.rig.connect()) {
			send(client, "last words");
			client.shutdownOutput();
			assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.isEqualTo("last words");
		}
	}

	@Test
	void keepsManyConnectionsApart() throws IOException {
		List<Socket> clients = new ArrayList<>();
		try {
			for (int i = 0; i < 100; i++) {
				clients.add(this.rig.connect());
			}
			for (int i = 0; i < 100; i++) {
				send(clients.get(i), "client " + i);
			}
			for (int i = 99; i >= 0; i--) {
				assertThat(read(clients.get(i), ("client " + i).length())).isEqualTo("client " + i);
			}
			assertThat(this.rig.proxy.connections()).isEqualTo(100);
			assertThat(this.rig.proxy.accepted()).isEqualTo(100);
		}
		finally {
			for (Socket client : clients) {
				client.close();
			}
		}
		this.rig.awaitConnections(0);
	}

	@Test
	void proxiesOfOneServerFailEachForItself() throws IOException {
		try (TcpProxy other = TcpProxy.to(this.rig.server.address()); Socket client = this.rig.connect()) {
			other.cut();
			assertThat(echo(client, "untouched")).isEqualTo("untouched");
			assertThat(other.port()).isNotEqualTo(this.rig.proxy.port());
		}
	}

	@Test
	void aServerThatComesLaterIsFound() throws IOException {
		int port = Ports.free();
		try (TcpProxy early = TcpProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
				ServerSocket late = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
				Socket client = new Socket(InetAddress.getLoopbackAddress(), early.port());
				Socket served = late.accept()) {
			send(client, "late");
			assertThat(read(served, 4)).isEqualTo("late");
		}
		finally {
			Ports.giveBack(port);
		}
	}

	@Test
	void clientOfAServerThatIsDownIsReset() throws IOException {
		// Bound, not listening: a port that was given back may be another test's.
		try (Socket down = new Socket()) {
			down.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			try (TcpProxy proxy = TcpProxy
				.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), down.getLocalPort()))) {
				// The reset may overtake the end of the handshake.
				assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
					try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
						client.setSoTimeout(10_000);
						client.getInputStream().read();
					}
				}).withMessageContaining("reset");
				await().until(() -> proxy.connections() == 0);
			}
		}
	}

	@Test
	void theTextSaysWhereItListens() {
		assertThat(this.rig.proxy.toString()).isEqualTo("TcpProxy[port=" + this.rig.proxy.port() + ", connections=0]");
	}

}
