package io.github.etcddiscovery.spring.outlier;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.github.etcddiscovery.test.EtcdCommands;

/**
 * Services, each of processes that are in etcd until it ends, whatever becomes of them,
 * unless they register themselves. A process that nothing was done to serves again in the
 * next one, unless it has registered itself. For one thread.
 */
final class Services implements AutoCloseable {

	/** There are never more of them. */
	static final int LIMIT = 100;

	private final EtcdCommands etcd;

	private final Deque<InstanceProcess> idle = new ArrayDeque<>();

	private int started;

	Services(EtcdCommands etcd) {
		this.etcd = etcd;
	}

	/** What the services are called, in turns. */
	static String name(int number) {
		return "echo" + number;
	}

	/** Starts a service that nothing is known of. */
	Service start(int count) throws IOException {
		List<Process> launched = new ArrayList<>();
		for (int missing = count - this.idle.size(); missing > 0; missing--) {
			launched.add(InstanceProcess.launch());
		}
		for (Process process : launched) {
			this.idle.add(InstanceProcess.listening(process));
		}
		Service service = new Service(name(this.started++), true);
		for (int i = 0; i < count; i++) {
			InstanceProcess instance = this.idle.remove();
			service.instances().add(instance);
			this.etcd.put("kitex/registry-etcd/" + service.name() + "/" + instance.address(),
					"{\"network\":\"tcp\",\"address\":\"" + instance.address() + "\",\"weight\":10,\"tags\":null}");
		}
		return service;
	}

	/**
	 * Starts a service of processes that register themselves, so that they leave etcd
	 * when their leases end.
	 */
	Service startRegistered(int count, Duration ttl) throws IOException {
		Service service = new Service(name(this.started++), false);
		List<Process> launched = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			launched.add(InstanceProcess.launch(RegisteredInstance.class, List.of(),
					List.of(this.etcd.endpoint(), service.name(), ttl.toString())));
		}
		for (Process process : launched) {
			service.instances().add(InstanceProcess.listening(process));
		}
		return service;
	}

	@Override
	public void close() throws IOException, InterruptedException {
		for (InstanceProcess instance : this.idle) {
			instance.close();
		}
	}

	/** One of them. */
	final class Service implements AutoCloseable {

		private final String name;

		private final List<InstanceProcess> instances = new ArrayList<>();

		/** Whether a process that nothing was done to serves again. */
		private final boolean again;

		private Service(String name, boolean again) {
			this.name = name;
			this.again = again;
		}

		String name() {
			return this.name;
		}

		List<InstanceProcess> instances() {
			return this.instances;
		}

		@Override
		public void close() throws IOException, InterruptedException {
			Services.this.etcd.etcdctl("del", "--prefix", "kitex/registry-etcd/" + this.name + "/");
			for (InstanceProcess instance : this.instances) {
				if (this.again && instance.isUnharmed()) {
					Services.this.idle.add(instance);
				}
				else {
					instance.close();
				}
			}
		}

	}

}
