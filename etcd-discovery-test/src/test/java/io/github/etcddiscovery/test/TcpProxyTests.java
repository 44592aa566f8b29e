package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.test.TcpProxy.Direction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class TcpProxyTests {

	/** Long enough for bytes to arrive if nothing held them. */
	private static final int SILENCE_MILLIS = 300;

	private EchoServer server;

	private TcpProxy proxy;

	@BeforeEach
	void start() throws IOException {
		this.server = new EchoServer();
		this.proxy = TcpProxy.to(this.server.address());
	}

	@AfterEach
	void stop() {
		this.proxy.close();
		this.server.close();
	}

	@Test
	void passesBytesBothWaysAndCountsThem() throws IOException {
		try (Socket client = connect()) {
			assertThat(echo(client, "hello")).isEqualTo("hello");
			assertThat(this.proxy.connections()).isEqualTo(1);
			// Counted after they were written: who gets them may be quicker.
			await().atMost(Duration.ofSeconds(5)).until(() -> this.proxy.bytes(Direction.TO_SERVER) == 5);
			await().atMost(Duration.ofSeconds(5)).until(() -> this.proxy.bytes(Direction.TO_CLIENT) == 5);
		}
		await().atMost(Duration.ofSeconds(5)).until(() -> this.proxy.connections() == 0);
		assertThat(this.proxy.accepted()).isEqualTo(1);
	}

	@Test
	void passesMegabytesUnchanged() throws Exception {
		byte[] sent = new byte[20_000_000];
		new Random(7).nextBytes(sent);
		try (Socket client = connect()) {
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(client, sent));
			assertThat(client.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
			writer.get(5, TimeUnit.SECONDS);
		}
	}

	@Test
	void endOfOneDirectionLeavesTheOtherOpen() throws IOException {
		try (Socket client = connect()) {
			client.getOutputStream().write("last words".getBytes(StandardCharsets.UTF_8));
			client.shutdownOutput();
			assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.isEqualTo("last words");
		}
	}

	@Test
	void delayHoldsInEachDirectionAndAddsUpOncePerRoundTrip() throws IOException {
		this.proxy.delay(Duration.ofMillis(400));
		try (Socket client = connect()) {
			assertThat(millisOf(() -> echo(client, "late"))).isBetween(800L, 2_000L);
			this.proxy.delay(Direction.TO_CLIENT, Duration.ZERO);
			assertThat(millisOf(() -> echo(client, "less late"))).isBetween(400L, 799L);
		}
	}

	@Test
	void delayDoesNotLimitThroughput() throws Exception {
		this.proxy.delay(Duration.ofMillis(100));
		byte[] sent = new byte[3_000_000];
		try (Socket client = connect()) {
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(client, sent));
			assertThat(millisOf(() -> client.getInputStream().readNBytes(sent.length))).isBetween(200L, 2_000L);
			writer.get(5, TimeUnit.SECONDS);
		}
	}

	@Test
	void cutResetsConnectionsAndRefusesNewOnesUntilHealed() throws IOException {
		try (Socket client = connect()) {
			echo(client, "before");
			this.proxy.cut();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.getInputStream().read())
				.withMessageContaining("reset");
		}
		assertThat(this.proxy.connections()).isZero();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
		this.proxy.heal();
		try (Socket client = connect()) {
			assertThat(echo(client, "after")).isEqualTo("after");
		}
	}

	@Test
	void disconnectResetsOnceAndLetsNewConnectionsPass() throws IOException {
		try (Socket client = connect()) {
			echo(client, "before");
			this.proxy.disconnect();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.getInputStream().read());
		}
		try (Socket client = connect()) {
			assertThat(echo(client, "after")).isEqualTo("after");
		}
	}

	@Test
	void stallAcceptsConnectionsAndPassesTheirBytesOnlyAfterwards() throws IOException {
		this.proxy.stall();
		try (Socket client = connect()) {
			write(client, "held".getBytes(StandardCharsets.UTF_8));
			assertSilent(client);
			assertThat(this.server.received()).isZero();
			assertThat(this.proxy.connections()).isEqualTo(1);
			this.proxy.heal();
			assertThat(read(client, 4)).isEqualTo("held");
		}
	}

	@Test
	void stallOfTheAnswersLetsRequestsArrive() throws IOException {
		try (Socket client = connect()) {
			this.proxy.stall(Direction.TO_CLIENT);
			write(client, "asked".getBytes(StandardCharsets.UTF_8));
			await().atMost(Duration.ofSeconds(5)).until(() -> this.server.received() == 5);
			assertSilent(client);
			this.proxy.heal();
			assertThat(read(client, 5)).isEqualTo("asked");
		}
	}

	@Test
	void dropLosesOneDirectionAndHealingResetsWhatLostBytes() throws IOException {
		try (Socket loser = connect(); Socket idle = connect()) {
			echo(loser, "one");
			echo(idle, "two");
			this.proxy.drop(Direction.TO_SERVER);
			write(loser, "lost".getBytes(StandardCharsets.UTF_8));
			assertSilent(loser);
			assertThat(this.server.received()).isEqualTo(6);
			this.proxy.heal();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> loser.getInputStream().read());
			assertThat(echo(idle, "three")).isEqualTo("three");
		}
	}

	@Test
	void disconnectAfterPassesExactlySoManyBytes() throws IOException {
		this.proxy.disconnectAfter(Direction.TO_SERVER, 3);
		try (Socket client = connect()) {
			write(client, "abcdef".getBytes(StandardCharsets.UTF_8));
			await().atMost(Duration.ofSeconds(5)).until(() -> this.proxy.connections() == 0);
		}
		assertThat(this.proxy.bytes(Direction.TO_SERVER)).isEqualTo(3);
		try (Socket client = connect()) {
			assertThat(echo(client, "once only")).isEqualTo("once only");
		}
	}

	@Test
	void clientOfAServerThatIsDownIsReset() {
		this.server.close();
		// The reset may overtake the end of the handshake.
		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
			try (Socket client = connect()) {
				client.getInputStream().read();
			}
		}).withMessageContaining("reset");
		await().atMost(Duration.ofSeconds(5)).until(() -> this.proxy.connections() == 0);
	}

	@Test
	void closeMayBeCalledTwiceAndLeavesNoThread() {
		this.proxy.close();
		this.proxy.close();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
		assertThatExceptionOfType(EtcdException.class).isThrownBy(this.proxy::heal).withMessageContaining("is closed");
		String name = "tcp-proxy-" + this.proxy.port();
		await().atMost(Duration.ofSeconds(5))
			.until(() -> Thread.getAllStackTraces().keySet().stream().noneMatch((t) -> t.getName().equals(name)));
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket();
		socket.setSoTimeout(10_000);
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.proxy.port()), 5_000);
		return socket;
	}

	private static String echo(Socket client, String text) throws IOException {
		write(client, text.getBytes(StandardCharsets.UTF_8));
		return read(client, text.length());
	}

	private static String read(Socket client, int count) throws IOException {
		return new String(client.getInputStream().readNBytes(count), StandardCharsets.UTF_8);
	}

	private static void write(Socket client, byte[] bytes) {
		try {
			client.getOutputStream().write(bytes);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void assertSilent(Socket client) throws IOException {
		client.setSoTimeout(SILENCE_MILLIS);
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> client.getInputStream().read());
		client.setSoTimeout(10_000);
	}

	private static long millisOf(Exchange exchange) throws IOException {
		long start = System.nanoTime();
		exchange.run();
		return Duration.ofNanos(System.nanoTime() - start).toMillis();
	}

	/** Something that takes time. */
	private interface Exchange {

		Object run() throws IOException;

	}

}
