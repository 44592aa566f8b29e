package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The thread of a proxy. Everything but the counters is touched by it alone; others hand
 * it what to do by {@link #call}.
 */
final class ProxyLoop implements Runnable {

	private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();

	private final Set<ProxyLink> links = new HashSet<>();

	private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

	private final AtomicInteger open = new AtomicInteger();

	private final AtomicLong accepted = new AtomicLong();

	private final ProxyLane toServer;

	private final ProxyLane toClient;

	private final InetSocketAddress target;

	private final InetSocketAddress address;

	private final Selector selector;

	private @Nullable ServerSocketChannel listener;

	private Predicate<String> refused = (head) -> false;

	private volatile boolean closed;

	ProxyLoop(InetSocketAddress target, int port, ProxyLane toServer, ProxyLane toClient) throws IOException {
		this.target = target;
		this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		this.toServer = toServer;
		this.toClient = toClient;
		this.selector = Selector.open();
		listen();
	}

	int open() {
		return this.open.get();
	}

	long accepted() {
		return this.accepted.get();
	}

	/** Runs something on this thread and waits until it is done. */
	void call(IoAction action) {
		FutureTask<?> task = new FutureTask<>(() -> {
			action.run();
			// What is on its way has to feel it before whoever asked says something else.
			advance();
			return null;
		});
		this.tasks.add(task);
		if (this.closed) {
			task.cancel(false); // nobody may be there any more to run it
		}
		else {
			this.selector.wakeup();
		}
		try {
			task.get(10, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw new EtcdException("proxy at " + this.address + " failed: " + ex.getCause(), ex);
		}
		catch (CancellationException ex) {
			throw new EtcdException("proxy at " + this.address + " is closed", ex);
		}
		catch (TimeoutException ex) {
			throw new EtcdException("proxy at " + this.address + " does not answer", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new EtcdException("interrupted while waiting for the proxy at " + this.address, ex);
		}
	}

	void listen() throws IOException {
		if (this.listener == null) {
			ServerSocketChannel channel = ServerSocketChannel.open();
			channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
			channel.bind(this.address, 512);
			channel.configureBlocking(false);
			channel.register(this.selector, SelectionKey.OP_ACCEPT);
			this.listener = channel;
		}
	}

	void refuse() throws IOException {
		if (this.listener != null) {
			this.listener.close();
			this.listener = null;
			this.selector.selectNow(); // the port is free only once the key is gone
		}
	}

	void resetAll() {
		this.links.forEach(ProxyLink::reset);
		this.links.clear();
		this.open.set(0);
	}

	/** From now on resets connections whose first bytes match. */
	void refuseWhere(Predicate<String> head) {
		this.refused = head;
		this.links.stream().filter((link) -> head.test(link.head())).toList().forEach(this::reset);
	}

	void resetThoseWithLoss() {
		this.links.stream().filter(ProxyLink::hasLost).toList().forEach(this::reset);
	}

	void end() throws IOException {
		this.closed = true;
		refuse();
		resetAll();
	}

	@Override
	public void run() {
		try (this.selector) {
			while (!this.closed) {
				this.selector.select(millisToWait());
				for (FutureTask<?> task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
					task.run();
				}
				for (Iterator<SelectionKey> keys = this.selector.selectedKeys().iterator(); keys.hasNext();) {
					serve(keys.next());
					keys.remove();
				}
				advance();
			}
		}
		catch (IOException ex) {
			throw new EtcdException("proxy at " + this.address + " ended", ex);
		}
		finally {
			this.closed = true;
			this.tasks.forEach((task) -> task.cancel(false));
		}
	}

	/** At least 1, because 0 is for ever, and for ever only when no bytes wait. */
	private long millisToWait() {
		long now = System.nanoTime();
		return this.links.stream()
			.mapToLong((link) -> link.nanosToWait(now))
			.filter((wait) -> wait >= 0)
			.map((wait) -> 1 + wait / 1_000_000)
			.min()
			.orElse(0);
	}

	private void serve(SelectionKey key) {
		if (!key.isValid()) {
			return;
		}
		if (key.attachment() instanceof ProxyLink link) {
			try {
				link.ready(key, this.buffer);
				if (this.refused.test(link.head())) {
					reset(link);
				}
			}
			catch (IOException ex) {
				reset(link);
			}
		}
		else {
			accept((ServerSocketChannel) key.channel());
		}
	}

	private void accept(ServerSocketChannel channel) {
		try {
			SocketChannel client = channel.accept();
			if (client != null) {
				this.accepted.incrementAndGet();
				this.links.add(new ProxyLink(client, this.target, this.selector, this.toServer, this.toClient));
				this.open.set(this.links.size());
			}
		}
		catch (IOException ex) {
			// The server refused at once, and the client was told by a reset.
		}
	}

	private void advance() {
		long now = System.nanoTime();
		for (ProxyLink link : Set.copyOf(this.links)) {
			try {
				if (!link.advance(now)) {
					this.links.remove(link);
					this.open.set(this.links.size());
				}
			}
			catch (IOException ex) {
				reset(link);
			}
		}
	}

	private void reset(ProxyLink link) {
		link.reset();
		this.links.remove(link);
		this.open.set(this.links.size());
	}

	/** Something for this thread to do. */
	interface IoAction {

		void run() throws IOException;

	}

}
