package io.github.etcddiscovery.samples.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * A port where connecting neither succeeds nor fails, as with a machine that has lost its
 * network: the queue of those who wait to be accepted is full, and further packets are
 * dropped.
 */
final class SilentHost implements AutoCloseable {

	private final List<Socket> waiting = new ArrayList<>();

	private final ServerSocket server;

	SilentHost() {
		try {
			this.server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
			fill();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void fill() throws IOException {
		try {
			while (this.waiting.size() < 16) {
				Socket socket = new Socket();
				this.waiting.add(socket);
				socket.connect(this.server.getLocalSocketAddress(), 200);
			}
		}
		catch (SocketTimeoutException isFull) {
			return;
		}
		throw new IOException("the queue of " + this.server + " never fills");
	}

	String uri() {
		return "http://127.0.0.1:" + this.server.getLocalPort();
	}

	@Override
	public void close() {
		try {
			this.server.close();
			for (Socket socket : this.waiting) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
