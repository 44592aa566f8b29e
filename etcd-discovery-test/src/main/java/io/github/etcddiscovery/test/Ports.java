package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback interface. They lie below the range that Linux and macOS
 * take for outgoing connections, so that none is lost while its owner is down and expects
 * to come back on it. For the same reason they are not given to another JVM of the same
 * user: each is a locked byte of one file, which the system unlocks when the JVM ends.
 */
final class Ports {

	private static final int FIRST = 20_000;

	private static final int END = 30_000;

	/** Stays open: what closes a file gives up all locks of the process on it. */
	private static final FileChannel FILE = open(Path.of(System.getProperty("java.io.tmpdir"),
			"etcd-discovery-ports-" + System.getProperty("user.name") + ".lock"));

	private static final Map<Integer, FileLock> GIVEN = new ConcurrentHashMap<>();

	private Ports() {
	}

	private static FileChannel open(Path file) {
		try {
			return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		}
		catch (IOException ex) {
			throw new EtcdException("Cannot open " + file + ", in which ports are kept apart from those of other JVMs",
					ex);
		}
	}

	static int free() {
		for (int attempt = 0; attempt < 1_000; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(FIRST, END);
			if (take(port)) {
				if (isFree(port)) {
					return port;
				}
				giveBack(port);
			}
		}
		throw new EtcdException("no free port found between " + FIRST + " and " + END + " in 1000 attempts");
	}

	private static boolean take(int port) {
		try {
			FileLock lock = FILE.tryLock(port, 1, false);
			if (lock != null) {
				GIVEN.put(port, lock);
			}
			return lock != null;
		}
		catch (OverlappingFileLockException ex) {
			return false; // given by this JVM
		}
		catch (IOException ex) {
			throw new EtcdException("Cannot keep port " + port + " apart from those of other JVMs", ex);
		}
	}

	static void giveBack(int port) {
		FileLock lock = GIVEN.remove(port);
		if (lock != null) {
			try {
				lock.release();
			}
			catch (IOException ex) {
				throw new EtcdException("Cannot give port " + port + " back", ex);
			}
		}
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
