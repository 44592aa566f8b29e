package io.github.etcddiscovery.registry;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;

/**
 * A process of its own that registers an instance, so that it can be killed as processes
 * are killed.
 */
public final class RegistrantProcess {

	private static final int ANY_PORT = 0;

	private final Process process;

	private RegistrantProcess(Process process) {
		this.process = process;
	}

	/** Starts one; returns when it has registered. Nobody listens at the address. */
	static RegistrantProcess start(String endpoint, Instance instance, Duration ttl) throws IOException {
		return start(endpoint, instance.service(), instance.host(), instance.port(), ttl);
	}

	/**
	 * Starts one that listens on a port of the loopback; returns when it has registered.
	 * @param endpoint etcd
	 * @param service what it registers as an instance of
	 * @param ttl how long its lease lives without it
	 * @return the process
	 */
	public static RegistrantProcess startListening(String endpoint, String service, Duration ttl) throws IOException {
		return start(endpoint, service, "127.0.0.1", ANY_PORT, ttl);
	}

	private static RegistrantProcess start(String endpoint, String service, String host, int port, Duration ttl)
			throws IOException {
		Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), RegistrantProcess.class.getName(),
				endpoint, service, host, String.valueOf(port), String.valueOf(ttl.toSeconds()))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		RegistrantProcess registrant = new RegistrantProcess(process);
		registrant.answer("registered");
		return registrant;
	}

	/** What else it says is its log, which tells why it did not do what it should. */
	private String answer(String prefix) throws IOException {
		BufferedReader out = this.process.inputReader();
		String line = out.readLine();
		while (line != null && !line.startsWith(prefix)) {
			System.out.println("registrant " + this.process.pid() + ": " + line);
			line = out.readLine();
		}
		if (line == null) {
			throw new IOException("The registrant ended before it had answered: " + prefix);
		}
		return line;
	}

	/** Kills it with -9. */
	void kill() throws InterruptedException {
		kill(List.of(this));
	}

	/**
	 * Kills some with -9, all of them before the end of any is waited for.
	 * @param registrants those to kill, some of which may have ended
	 */
	public static void kill(List<RegistrantProcess> registrants) throws InterruptedException {
		registrants.forEach((registrant) -> registrant.process.destroyForcibly());
		for (RegistrantProcess registrant : registrants) {
			if (!registrant.process.waitFor(10, TimeUnit.SECONDS)) {
				throw new IllegalStateException("The registrant survived SIGKILL");
			}
		}
	}

	/** Every state that it has entered. */
	String states() throws IOException {
		this.process.outputWriter().write("states\n");
		this.process.outputWriter().flush();
		return answer("[");
	}

	/**
	 * What runs in the other process.
	 * @param args endpoint, service, host, port, seconds to live
	 */
	public static void main(String[] args) throws IOException {
		int port = Integer.parseInt(args[3]);
		// Without an address it does not listen.
		try (ServerSocket server = new ServerSocket()) {
			if (port == ANY_PORT) {
				server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), ANY_PORT));
				port = server.getLocalPort();
			}
			Set<String> states = register(args[0], Instance.of(args[1], args[2], port),
					Duration.ofSeconds(Long.parseLong(args[4])));
			System.out.println("registered");
			while (System.in.read() >= 0) {
				if (System.in.available() == 0) {
					System.out.println(states);
				}
			}
		}
	}

	/** Returns the states that it has entered, as it enters them. */
	private static Set<String> register(String endpoint, Instance instance, Duration ttl) {
		// A JVM that has just started on a machine that is busy takes its time.
		EtcdClient client = EtcdClient
			.connect(EtcdClientSettings.of(endpoint).withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10)));
		Set<String> states = ConcurrentHashMap.newKeySet();
		EtcdRegistry registry = EtcdRegistry.create(client,
				RegistryOptions.defaults().withTtl(ttl).withObserver(new DiscoveryObserver() {

					@Override
					public void registrationState(String service, String key, String from, String to) {
						states.add(to);
					}

				}));
		registry.register(instance).whenRegistered().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
		return states;
	}

}
