package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.github.etcddiscovery.test.binaries.Folders;
import org.jspecify.annotations.Nullable;

/**
 * One member: its ports and its folder, which it keeps for life, and the process that
 * runs it or does not.
 */
final class EtcdMember {

	private static final int TAIL = 3_000;

	private final String name;

	private final Path folder;

	private final int clientPort = Ports.free();

	private final int peerPort = Ports.free();

	private final Optional<TcpProxy> proxy;

	private final Optional<TcpProxy> peerProxy;

	private volatile @Nullable Watchdog process;

	private long logStart;

	private volatile boolean frozen;

	private volatile boolean isolated;

	EtcdMember(String name, Path clusterFolder, boolean proxied) {
		this.name = name;
		this.folder = clusterFolder.resolve(name);
		this.proxy = proxied ? Optional.of(TcpProxy.to(loopback(this.clientPort))) : Optional.empty();
		this.peerProxy = proxied ? Optional.of(TcpProxy.to(loopback(this.peerPort))) : Optional.empty();
	}

	private static InetSocketAddress loopback(int port) {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

	private static String url(String scheme, int port) {
		return scheme + "://127.0.0.1:" + port;
	}

	String name() {
		return this.name;
	}

	Path data() {
		return this.folder.resolve("data");
	}

	/** What stands between clients and this member. */
	Optional<TcpProxy> proxy() {
		return this.proxy;
	}

	/** What stands between other members and this one. */
	Optional<TcpProxy> peerProxy() {
		return this.peerProxy;
	}

	/** Where the process itself listens. */
	String direct(String scheme) {
		return url(scheme, this.clientPort);
	}

	/** Where clients should connect. */
	String advertised(String scheme) {
		return url(scheme, this.proxy.map(TcpProxy::port).orElse(this.clientPort));
	}

	String peerDirect() {
		return url("http", this.peerPort);
	}

	/** Where other members should connect. */
	String peer() {
		return url("http", this.peerProxy.map(TcpProxy::port).orElse(this.peerPort));
	}

	void launch(Path clusterFolder, List<String> line) {
		Path log = this.folder.resolve("etcd.log");
		try {
			Files.createDirectories(this.folder);
			this.logStart = Files.exists(log) ? Files.size(log) : 0;
		}
		catch (IOException ex) {
			throw new EtcdException("cannot prepare " + this.folder, ex);
		}
		this.frozen = false;
		this.process = Watchdog.start(clusterFolder, log, line);
	}

	boolean isRunning() {
		Watchdog current = this.process;
		return current != null && current.isAlive();
	}

	/** Whether it runs and nothing was done to it that keeps it from answering. */
	boolean isServing() {
		return isRunning() && !this.frozen && !this.isolated;
	}

	/** Says whether the other members cannot be reached from it. */
	void isolated(boolean isolated) {
		this.isolated = isolated;
	}

	void freeze() {
		process().freeze();
		this.frozen = true;
	}

	void unfreeze() {
		process().signal("CONT");
		this.frozen = false;
	}

	void stop() {
		if (isRunning()) {
			process().terminate();
		}
	}

	void kill() {
		if (isRunning()) {
			process().kill();
		}
	}

	private Watchdog process() {
		Watchdog current = this.process;
		if (current == null) {
			throw new IllegalStateException("member " + this.name + " was never started");
		}
		return current;
	}

	boolean accepts() {
		try (Socket socket = new Socket()) {
			socket.connect(loopback(this.clientPort), 500);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** The end of what it wrote since its last start. */
	String logTail() {
		try {
			byte[] all = Files.readAllBytes(this.folder.resolve("etcd.log"));
			int from = (int) Math.max(this.logStart, all.length - TAIL);
			return new String(Arrays.copyOfRange(all, Math.min(from, all.length), all.length), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return "(no log: " + ex.getMessage() + ")";
		}
	}

	void deleteData() {
		Folders.delete(data());
	}

	void close() {
		kill();
		this.proxy.ifPresent(TcpProxy::close);
		this.peerProxy.ifPresent(TcpProxy::close);
		Ports.giveBack(this.clientPort);
		Ports.giveBack(this.peerPort);
	}

}
