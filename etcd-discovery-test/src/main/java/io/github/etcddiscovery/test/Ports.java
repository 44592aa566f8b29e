package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback interface. They lie below the range that Linux and macOS
 * take for outgoing connections, so that none is lost while its owner is down and expects
 * to come back on it.
 */
final class Ports {

	private static final int FIRST = 20_000;

	private static final int END = 30_000;

	private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

	private Ports() {
	}

	static int free() {
		for (int attempt = 0; attempt < 1_000; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(FIRST, END);
			if (isFree(port) && GIVEN.add(port)) {
				return port;
			}
		}
		throw new EtcdException("no free port found between " + FIRST + " and " + END + " in 1000 attempts");
	}

	static void giveBack(int port) {
		GIVEN.remove(port);
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
