package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * A network between a client and a server that fails on demand. Listens on a free port of
 * 127.0.0.1; one daemon thread. A fault holds for connections that exist and for those to
 * come, until {@link #heal()}. When a method returns, its fault is in force. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

	/** Where bytes go. */
	public enum Direction {

		/** From the client to the server. */
		TO_SERVER,

		/** From the server to the client. */
		TO_CLIENT

	}

	private final ProxyLane toServer = new ProxyLane();

	private final ProxyLane toClient = new ProxyLane();

	private final ProxyLoop loop;

	private final AtomicBoolean closed = new AtomicBoolean();

	private final Thread thread;

	private final int port;

	private TcpProxy(InetSocketAddress target, int port) throws IOException {
		this.port = port;
		this.loop = new ProxyLoop(target, port, this.toServer, this.toClient);
		this.thread = new Thread(this.loop, "tcp-proxy-" + port);
		this.thread.setDaemon(true);
	}

	/**
	 * Starts a proxy that passes everything on.
	 * @param target resolved address of the server, which need not listen yet
	 * @return the proxy
	 * @throws EtcdException when no port is to be had
	 */
	public static TcpProxy to(InetSocketAddress target) {
		IOException last = new IOException("no attempt was made");
		for (int attempt = 0; attempt < 10; attempt++) {
			int port = Ports.free();
			try {
				TcpProxy proxy = new TcpProxy(target, port);
				proxy.thread.start();
				return proxy;
			}
			catch (IOException ex) {
				last = ex; // somebody took the port meanwhile
			}
		}
		throw new EtcdException("cannot start a proxy to " + target + ": " + last.getMessage(), last);
	}

	/**
	 * Names the port for clients.
	 * @return port of 127.0.0.1
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Makes every byte late, both ways. Order and throughput are kept.
	 * @param delay time added in each direction
	 */
	public void delay(Duration delay) {
		delay(Direction.TO_SERVER, delay);
		delay(Direction.TO_CLIENT, delay);
	}

	/**
	 * Makes every byte of one direction late.
	 * @param direction which
	 * @param delay time added
	 */
	public void delay(Direction direction, Duration delay) {
		this.loop.call(() -> lane(direction).delayNanos(delay.toNanos()));
	}

	/**
	 * Resets all connections and refuses new ones, as a machine without the server does.
	 */
	public void cut() {
		this.loop.call(() -> {
			this.loop.refuse();
			this.loop.resetAll();
		});
	}

	/** Resets all connections once; new ones pass. */
	public void disconnect() {
		this.loop.call(this.loop::resetAll);
	}

	/**
	 * Passes nothing either way, accepts connections and keeps them open: a network that
	 * swallows packets. What was sent meanwhile arrives after {@link #heal()}.
	 */
	public void stall() {
		stall(Direction.TO_SERVER);
		stall(Direction.TO_CLIENT);
	}

	/**
	 * Passes nothing one way. What was sent meanwhile arrives after {@link #heal()}.
	 * @param direction which
	 */
	public void stall(Direction direction) {
		this.loop.call(() -> lane(direction).mode(ProxyLane.Mode.STALL));
	}

	/**
	 * Loses everything that is sent one way, though the sender sees it sent.
	 * {@link #heal()} resets the connections that lost something.
	 * @param direction which
	 */
	public void drop(Direction direction) {
		this.loop.call(() -> lane(direction).mode(ProxyLane.Mode.DROP));
	}

	/**
	 * Resets the connection that passes a certain byte; once.
	 * @param direction where it goes
	 * @param bytes how many bytes of that direction, of all connections, still pass
	 */
	public void disconnectAfter(Direction direction, long bytes) {
		this.loop.call(() -> lane(direction).budget(bytes));
	}

	/**
	 * Resets connections, and those to come, by the first bytes that the client sends.
	 */
	void refuseWhere(Predicate<String> head) {
		this.loop.call(() -> this.loop.refuseWhere(head));
	}

	/** Ends every fault. */
	public void heal() {
		this.loop.call(() -> {
			this.toServer.heal();
			this.toClient.heal();
			this.loop.refuseWhere((head) -> false);
			this.loop.resetThoseWithLoss();
			this.loop.listen();
		});
	}

	/**
	 * Counts connections.
	 * @return how many are open now
	 */
	public int connections() {
		return this.loop.open();
	}

	/**
	 * Counts connections.
	 * @return how many were ever accepted
	 */
	public long accepted() {
		return this.loop.accepted();
	}

	/**
	 * Counts bytes.
	 * @param direction where they went
	 * @return how many were passed on
	 */
	public long bytes(Direction direction) {
		return lane(direction).passed();
	}

	private ProxyLane lane(Direction direction) {
		return (direction == Direction.TO_SERVER) ? this.toServer : this.toClient;
	}

	/** Resets all connections and gives the port back. May be called twice. */
	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.loop.call(this.loop::end);
			Ports.giveBack(this.port);
		}
	}

	@Override
	public String toString() {
		return "TcpProxy[port=" + this.port + ", connections=" + connections() + "]";
	}

}
