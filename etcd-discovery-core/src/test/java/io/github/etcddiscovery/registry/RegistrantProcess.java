package io.github.etcddiscovery.registry;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
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
final class RegistrantProcess {

	private final Process process;

	private RegistrantProcess(Process process) {
		this.process = process;
	}

	/** Starts one; returns when it has registered. */
	static RegistrantProcess start(String endpoint, Instance instance, Duration ttl) throws IOException {
		Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), RegistrantProcess.class.getName(),
				endpoint, instance.service(), instance.host(), String.valueOf(instance.port()),
				String.valueOf(ttl.toSeconds()))
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
		this.process.destroyForcibly();
		if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The registrant survived SIGKILL");
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
		// A JVM that has just started on a machine that is busy takes its time.
		EtcdClient client = EtcdClient
			.connect(EtcdClientSettings.of(args[0]).withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10)));
		Set<String> states = ConcurrentHashMap.newKeySet();
		EtcdRegistry registry = EtcdRegistry.create(client,
				RegistryOptions.defaults()
					.withTtl(Duration.ofSeconds(Long.parseLong(args[4])))
					.withObserver(new DiscoveryObserver() {

						@Override
						public void registrationState(String service, String key, String from, String to) {
							states.add(to);
						}

					}));
		Registration registration = registry.register(Instance.of(args[1], args[2], Integer.parseInt(args[3])));
		registration.whenRegistered().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
		System.out.println("registered");
		while (System.in.read() >= 0) {
			if (System.in.available() == 0) {
				System.out.println(states);
			}
		}
	}

}
