package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Around each test a proxy before a server that sends back what it gets. */
final class ProxyRig implements BeforeEachCallback, AfterEachCallback {

	/** Long enough for bytes to arrive if nothing held them. */
	private static final int SILENCE_MILLIS = 300;

	private static final int TIMEOUT_MILLIS = 10_000;

	EchoServer server;

	TcpProxy proxy;

	@Override
	public void beforeEach(ExtensionContext context) throws IOException {
		this.server = new EchoServer();
		this.proxy = TcpProxy.to(this.server.address());
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.proxy.close();
		this.server.close();
	}

	Socket connect() throws IOException {
		Socket socket = new Socket();
		socket.setSoTimeout(TIMEOUT_MILLIS);
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.proxy.port()), 5_000);
		return socket;
	}

	static String echo(Socket client, String text) throws IOException {
		send(client, text);
		return read(client, text.length());
	}

	static void send(Socket client, String text) {
		write(client, text.getBytes(StandardCharsets.UTF_8));
	}

	static void write(Socket client, byte[] bytes) {
		try {
			client.getOutputStream().write(bytes);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String read(Socket client, int count) throws IOException {
		return new String(client.getInputStream().readNBytes(count), StandardCharsets.UTF_8);
	}

	static void assertSilent(Socket client) throws IOException {
		client.setSoTimeout(SILENCE_MILLIS);
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> client.getInputStream().read());
		client.setSoTimeout(TIMEOUT_MILLIS);
	}

	static void assertReset(Socket client) {
		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.getInputStream().read())
			.withMessageContaining("reset");
	}

	/** The proxy's thread notices an end a moment after its client. */
	void awaitConnections(int expected) {
		await().atMost(Duration.ofSeconds(20)).until(() -> this.proxy.connections() == expected);
	}

	static long millisOf(Exchange exchange) throws IOException {
		long start = System.nanoTime();
		exchange.run();
		return Duration.ofNanos(System.nanoTime() - start).toMillis();
	}

	/** Something that takes time. */
	interface Exchange {

		Object run() throws IOException;

	}

}
