package io.github.etcddiscovery.callers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Tells whether callers speak HTTP or TLS to it, by the first byte of each. Answers to
 * HTTP with its name, and to TLS not at all.
 */
final class TalkingServer implements AutoCloseable {

	/** With it a handshake of TLS begins. */
	private static final int HANDSHAKE = 0x16;

	private final ServerSocket socket;

	private final String name;

	private final Queue<String> heard = new ConcurrentLinkedQueue<>();

	TalkingServer(String name) {
		this.name = name;
		try {
			this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread thread = new Thread(this::serve, "talking-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	int port() {
		return this.socket.getLocalPort();
	}

	/** What callers have spoken since this was asked last, each HTTP or TLS. */
	Queue<String> heard() {
		Queue<String> until = new ConcurrentLinkedQueue<>(this.heard);
		this.heard.removeAll(until);
		return until;
	}

	private void serve() {
		while (!this.socket.isClosed()) {
			try (Socket caller = this.socket.accept()) {
				answer(caller);
			}
			catch (IOException ex) {
				// The caller has gone, or this was closed.
			}
		}
	}

	private void answer(Socket caller) throws IOException {
		InputStream in = caller.getInputStream();
		int first = in.read();
		if (first < 0) {
			return;
		}
		this.heard.add((first == HANDSHAKE) ? "TLS" : "HTTP");
		if (first == HANDSHAKE) {
			return;
		}
		// An empty line ends the request; what is left unread would reset the connection.
		int last = 0;
		int next = first;
		while (next >= 0 && !(last == '\n' && next == '\r')) {
			last = next;
			next = in.read();
		}
		in.read();
		String answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "
				+ this.name.length() + "\r\n\r\n" + this.name;
		caller.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
