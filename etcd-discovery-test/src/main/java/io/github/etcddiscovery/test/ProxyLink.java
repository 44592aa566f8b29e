package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection through a proxy: the client's socket, ours to the server, and a pipe
 * each way. Belongs to the proxy's thread.
 */
final class ProxyLink {

	private final SocketChannel client;

	private final SocketChannel server;

	private final SelectionKey clientKey;

	private final SelectionKey serverKey;

	private final ProxyPipe toServer;

	private final ProxyPipe toClient;

	/** Takes over the client's socket, also when it fails. */
	ProxyLink(SocketChannel client, InetSocketAddress target, Selector selector, ProxyLane up, ProxyLane down)
			throws IOException {
		this.client = client;
		this.server = SocketChannel.open();
		this.toServer = new ProxyPipe(client, this.server, up);
		this.toClient = new ProxyPipe(this.server, client, down);
		try {
			for (SocketChannel channel : new SocketChannel[] { client, this.server }) {
				channel.configureBlocking(false);
				channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			}
			this.clientKey = client.register(selector, 0, this);
			this.serverKey = this.server.register(selector, 0, this);
			this.server.connect(target);
		}
		catch (IOException ex) {
			reset();
			throw ex;
		}
	}

	/** Takes in what a socket has for us. */
	void ready(SelectionKey key, ByteBuffer buffer) throws IOException {
		if (key.isConnectable()) {
			this.server.finishConnect();
		}
		if (key.isReadable()) {
			((key == this.clientKey) ? this.toServer : this.toClient).read(buffer);
		}
	}

	/**
	 * Passes on what is due.
	 * @return whether the connection goes on
	 */
	boolean advance(long now) throws IOException {
		if (!this.server.isConnected()) {
			this.serverKey.interestOps(SelectionKey.OP_CONNECT);
			this.clientKey.interestOps(this.toServer.wantsRead() ? SelectionKey.OP_READ : 0);
			return true;
		}
		this.toServer.write(now);
		this.toClient.write(now);
		if (this.toServer.isDone() && this.toClient.isDone()) {
			this.client.close();
			this.server.close();
			return false;
		}
		this.clientKey.interestOps(interest(this.toServer, this.toClient));
		this.serverKey.interestOps(interest(this.toClient, this.toServer));
		return true;
	}

	private static int interest(ProxyPipe incoming, ProxyPipe outgoing) {
		return (incoming.wantsRead() ? SelectionKey.OP_READ : 0) | (outgoing.isFull() ? SelectionKey.OP_WRITE : 0);
	}

	/** Time until {@link #advance} has something to do by itself; negative for never. */
	long nanosToWait(long now) {
		if (!this.server.isConnected()) {
			return -1;
		}
		long up = this.toServer.nanosToWait(now);
		long down = this.toClient.nanosToWait(now);
		return (up < 0 || down < 0) ? Math.max(up, down) : Math.min(up, down);
	}

	/** The first bytes that the client sent, as text. */
	String head() {
		return this.toServer.head();
	}

	boolean hasLost() {
		return this.toServer.hasLost() || this.toClient.hasLost();
	}

	/** Ends both sides at once, without a goodbye: TCP RST. */
	void reset() {
		for (SocketChannel channel : new SocketChannel[] { this.client, this.server }) {
			try (channel) {
				channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			}
			catch (IOException ex) {
				// Broken already, which is what was wanted.
			}
		}
	}

}
