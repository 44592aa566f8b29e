package io.github.etcddiscovery.spring.outlier;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Services on the loopback, each of which fails in its own way, if at all. */
final class FaultyServices implements AutoCloseable {

	private final List<AutoCloseable> open = new ArrayList<>();

	private final Map<String, String> addresses = new TreeMap<>();

	private final CountDownLatch end = new CountDownLatch(1);

	/** Calls that the silent one has read and nobody has asked about yet. */
	private final Semaphore waiting = new Semaphore(0);

	FaultyServices() {
		this.addresses.put("unresolved", "no-such-host.invalid:80");
		this.addresses.put("refused", "127.0.0.1:" + closedPort());
		this.addresses.put("full", address(fullQueue()));
		serve("silent", (socket) -> {
			this.waiting.release();
			this.end.await();
		});
		serve("reset", (socket) -> socket.setSoLinger(true, 0));
		serve("closing", (socket) -> {
		});
		serve("garbage", (socket) -> write(socket, "This is no answer of HTTP at all.\r\n\r\n"));
		for (int status : new int[] { 200, 404, 500, 502, 503, 504 }) {
			serve("status" + status, (socket) -> write(socket,
					"HTTP/1.1 " + status + " Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
		}
	}

	/**
	 * What Spring Cloud's client for fixed instances is to know. Of two instances of the
	 * service {@code pair} one refuses connections.
	 */
	List<String> properties() {
		List<String> properties = new ArrayList<>(List.of(instance("pair", 0, this.addresses.get("refused")),
				instance("pair", 1, this.addresses.get("status200"))));
		this.addresses.forEach((service, address) -> properties.add(instance(service, 0, address)));
		return properties;
	}

	private static String instance(String service, int position, String address) {
		return "spring.cloud.discovery.client.simple.instances." + service + "[" + position + "].uri=http://" + address;
	}

	List<String> names() {
		List<String> names = new ArrayList<>(this.addresses.keySet());
		names.add("pair");
		return names;
	}

	String address(String service) {
		return this.addresses.get(service);
	}

	/** Waits until the silent one has read a call that was not waited for before. */
	void awaitCallOfSilent() throws InterruptedException {
		boolean called = this.waiting.tryAcquire(10, TimeUnit.SECONDS);
		assert called : "nobody has called";
	}

	void forgetCallsOfSilent() {
		this.waiting.drainPermits();
	}

	private int closedPort() {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return server.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Nobody accepts, and the queue is full: as far as TCP can tell the host is gone. */
	private ServerSocket fullQueue() {
		ServerSocket server = listen(1);
		try {
			while (true) {
				Socket waiting = new Socket();
				this.open.add(waiting);
				waiting.connect(server.getLocalSocketAddress(), 100);
			}
		}
		catch (SocketTimeoutException ex) {
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private ServerSocket listen(int backlog) {
		try {
			ServerSocket server = new ServerSocket();
			this.open.add(server);
			server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backlog);
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void serve(String name, Conversation conversation) {
		ServerSocket server = listen(50);
		this.addresses.put(name, address(server));
		daemon(() -> {
			while (!server.isClosed()) {
				Socket socket = server.accept();
				daemon(() -> {
					try (socket) {
						readHead(socket.getInputStream());
						conversation.with(socket);
					}
				});
			}
		});
	}

	private static void daemon(Body body) {
		Thread thread = new Thread(() -> {
			try {
				body.run();
			}
			catch (Exception ex) {
				// The caller has gone, or the test has ended.
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

	private static void readHead(InputStream in) throws IOException {
		byte[] last = new byte[4];
		for (int read = in.read(); read >= 0; read = in.read()) {
			System.arraycopy(last, 1, last, 0, 3);
			last[3] = (byte) read;
			if (Arrays.equals(last, "\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
				return;
			}
		}
		throw new EOFException("a probe, which asks nothing, or a caller that has gone");
	}

	private static void write(Socket socket, String answer) throws IOException {
		socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
		socket.shutdownOutput();
		readHead(socket.getInputStream());
	}

	private static String address(ServerSocket server) {
		return "127.0.0.1:" + server.getLocalPort();
	}

	@Override
	public void close() throws Exception {
		this.end.countDown();
		for (AutoCloseable one : this.open) {
			one.close();
		}
	}

	private interface Conversation {

		void with(Socket socket) throws Exception;

	}

	private interface Body {

		void run() throws Exception;

	}

}
