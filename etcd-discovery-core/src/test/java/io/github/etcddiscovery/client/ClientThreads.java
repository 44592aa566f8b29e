package io.github.etcddiscovery.client;

import java.util.List;
import java.util.Set;

/**
 * Threads of clients, registries and resolvers that have come since this was made: of our
 * own, of gRPC, of Netty and of jetcd. Those of other tests that are about to end are not
 * counted.
 */
public final class ClientThreads {

	private final Set<Thread> before = Thread.getAllStackTraces().keySet();

	/**
	 * Tells which of them are alive.
	 * @return their names
	 */
	public List<String> alive() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.isAlive() && !this.before.contains(thread))
			.map(Thread::getName)
			.filter((name) -> name.matches("(etcd-|grpc-|jetcd|vert\\.x|netty|globalEventExecutor).*"))
			.toList();
	}

}
