package io.github.etcddiscovery.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Sends back what it gets, and counts it. */
final class EchoServer implements AutoCloseable {

	private final ServerSocket server;

	private final AtomicLong received = new AtomicLong();

	/** On a port that nobody else is given when this server is down. */
	EchoServer() throws IOException {
		this.server = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
		daemon(this::accept);
	}

	InetSocketAddress address() {
		return (InetSocketAddress) this.server.getLocalSocketAddress();
	}

	long received() {
		return this.received.get();
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket socket = this.server.accept();
				daemon(() -> echo(socket));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void echo(Socket client) {
		try (Socket socket = client) {
			byte[] buffer = new byte[65_536];
			for (int count = socket.getInputStream().read(buffer); count >= 0; count = socket.getInputStream()
				.read(buffer)) {
				this.received.addAndGet(count);
				socket.getOutputStream().write(buffer, 0, count);
			}
		}
		catch (IOException ex) {
			// The test has seen enough.
		}
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "echo");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
