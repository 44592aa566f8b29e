package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.test.binaries.EtcdBinaries;

/**
 * One etcd on 127.0.0.1. Unlike the tests' one it can outlive this process.
 */
final class LocalEtcd implements AutoCloseable {

	private static final int USUAL_PORT = 2379;

	private static final Duration START = Duration.ofSeconds(30);

	private final EtcdBinaries binaries;

	private final Path folder;

	private final int port;

	private final int peerPort;

	private Program program;

	LocalEtcd(EtcdBinaries binaries, Path folder) {
		this.binaries = binaries;
		this.folder = folder;
		this.port = isFree(USUAL_PORT) ? USUAL_PORT : freePort();
		this.peerPort = freePort();
		this.program = launch();
	}

	private Program launch() {
		String clients = endpoint();
		String peers = "http://127.0.0.1:" + this.peerPort;
		Program launched = Program.start("etcd", this.folder.resolve("etcd.log"),
				List.of(this.binaries.etcd().toString(), "--name=demo", "--data-dir=" + this.folder.resolve("etcd"),
						"--listen-client-urls=" + clients, "--advertise-client-urls=" + clients,
						"--listen-peer-urls=" + peers, "--initial-advertise-peer-urls=" + peers,
						"--initial-cluster=demo=" + peers));
		awaitReady(launched);
		return launched;
	}

	private void awaitReady(Program launched) {
		long end = System.nanoTime() + START.toNanos();
		while (isFree(this.port) || !answers()) {
			launched.pause(Duration.ofMillis(50));
			if (System.nanoTime() - end > 0) {
				throw new IllegalStateException("etcd does not answer after " + START.toSeconds() + " s, see "
						+ this.folder.resolve("etcd.log"));
			}
		}
	}

	private boolean answers() {
		try {
			etcdctl("get", "ready");
			return true;
		}
		catch (IllegalStateException ex) {
			return false;
		}
	}

	String endpoint() {
		return "http://127.0.0.1:" + this.port;
	}

	String version() {
		return this.binaries.version().toString();
	}

	Program program() {
		return this.program;
	}

	/** The command a person would type for the same. */
	String commandLine(String arguments) {
		return this.binaries.etcdctl() + ((this.port != USUAL_PORT) ? " --endpoints=" + endpoint() : "") + " "
				+ arguments;
	}

	List<String> etcdctl(String... arguments) {
		List<String> line = new ArrayList<>(List.of(this.binaries.etcdctl().toString(), "--endpoints=" + endpoint(),
				"--command-timeout=2s", "--dial-timeout=2s"));
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD);
		builder.environment().keySet().removeIf((variable) -> variable.startsWith("ETCD"));
		try {
			Process process = builder.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException("etcdctl " + String.join(" ", arguments) + " failed");
			}
			return output.lines().filter((each) -> !each.isBlank()).toList();
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot run " + line, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Stops it in order; its data stay. */
	void stop() {
		this.program.stop();
	}

	/** Starts it again with its data. */
	void restart() {
		this.program = launch();
	}

	@Override
	public void close() {
		this.program.close();
	}

	/** Tells whether nobody listens at a port of 127.0.0.1. */
	static boolean isFree(int port) {
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		try (Socket probe = new Socket()) {
			// macOS lets us bind what somebody else has bound for all addresses.
			probe.connect(address, 500);
			return false;
		}
		catch (IOException nobodyThere) {
			return canBind(address);
		}
	}

	private static boolean canBind(InetSocketAddress address) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(address);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException("No free port on 127.0.0.1", ex);
		}
	}

}
