package io.github.etcddiscovery.test;

import java.io.IOException;
import java.util.List;

import io.github.etcddiscovery.test.binaries.Command;

/** An etcdctl that knows nothing but what the test tells it. */
final class Probe {

	private Probe() {
	}

	static boolean succeeds(EtcdCluster etcd, String... arguments) {
		return run(etcd, arguments).exit() == 0;
	}

	static Command.Result run(EtcdCluster etcd, String... arguments) {
		return run(etcd, List.of(arguments));
	}

	static Command.Result run(EtcdCluster etcd, List<String> arguments) {
		try {
			return Command.of(etcd.binaries().etcdctl(), arguments.toArray(String[]::new)).run();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
