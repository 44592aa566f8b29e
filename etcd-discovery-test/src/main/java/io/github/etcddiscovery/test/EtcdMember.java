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

	private final @Nullable TcpProxy proxy;

	private @Nullable Watchdog process;

	private long logStart;

	private boolean frozen;

	EtcdMember(String name, Path clusterFolder, boolean proxied) {
		this.name = name;
		this.folder = clusterFolder.resolve(name);
		this.proxy = proxied ? TcpProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.clientPort))
				: null;
	}

	String name() {
		return this.name;
	}

	Path data() {
		return this.folder.resolve("data");
	}

	@Nullable TcpProxy proxy() {
		return this.proxy;
	}

	/** Where the process itself listens. */
	String direct(String scheme) {
		return scheme + "://127.0.0.1:" + this.clientPort;
	}

	/** Where clients should connect. */
	String advertised(String scheme) {
		return (this.proxy != null) ? scheme + "://127.0.0.1:" + this.proxy.port() : direct(scheme);
	}

	String peer() {
		return "http://127.0.0.1:" + this.peerPort;
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
		return this.process != null && this.process.isAlive();
	}

	/** The process, which must have been started once. */
	Watchdog process() {
		if (this.process == null) {
			throw new IllegalStateException("member " + this.name + " was never started");
		}
		return this.process;
	}

	boolean accepts() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.clientPort), 500);
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

	/** Whether it can answer. */
	boolean isServing() {
		return isRunning() && !this.frozen;
	}

	void freeze() {
		process().signal("STOP");
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

	void close() {
		kill();
		if (this.proxy != null) {
			this.proxy.close();
		}
		Ports.giveBack(this.clientPort);
		Ports.giveBack(this.peerPort);
	}

}
