package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on, from any address of this machine to any other. */
final class Relay implements AutoCloseable {

	private final ServerSocket server;

	private final InetSocketAddress target;

	private final AtomicInteger accepted = new AtomicInteger();

	Relay(ServerSocket server, InetSocketAddress target) {
		this.server = server;
		this.target = target;
		start(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	int accepted() {
		return this.accepted.get();
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.server.accept();
			this.accepted.incrementAndGet();
			Socket etcd = new Socket(this.target.getAddress(), this.target.getPort());
			start(() -> pipe(client, etcd));
			start(() -> pipe(etcd, client));
		}
	}

	private static void pipe(Socket from, Socket to) throws IOException {
		try (from; to) {
			from.getInputStream().transferTo(to.getOutputStream());
		}
	}

	private static void start(Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// The end of a connection, or of the relay.
			}
		}, "relay");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

	private interface Task {

		void run() throws IOException;

	}

}
