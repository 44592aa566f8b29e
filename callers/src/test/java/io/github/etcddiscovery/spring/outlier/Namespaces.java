package io.github.etcddiscovery.spring.outlier;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;

/**
 * A caller in a network of its own, a process to be started in a namespace, with four
 * instances, each in another namespace behind a link of its own. Writes what its lists
 * and calls come to.
 */
final class Namespaces {

	/** Before the command of a process that is to have a network of its own. */
	static final List<String> ALONE = List.of("unshare", "--map-root-user", "--net");

	/** Begins each line that is meant for the test. */
	static final String SAYS = "says ";

	private static final int INSTANCES = 4;

	private final List<Process> processes = new ArrayList<>();

	private final List<String> addresses = new ArrayList<>();

	private Outliers outliers;

	private Namespaces() {
	}

	static void assumeThatTheyCanBeMade() {
		boolean made;
		try {
			made = new ProcessBuilder("unshare", "--map-root-user", "--net", "ip", "link").start().waitFor() == 0;
		}
		catch (IOException | InterruptedException ex) {
			made = false;
		}
		Assumptions.assumeTrue(made, "no namespaces can be made here");
	}

	/**
	 * Runs.
	 * @param arguments {@code host} where the host of one instance is to go, {@code link}
	 * where all links are, {@code refusal} where all are to refuse; name of the client
	 */
	public static void main(String[] arguments) throws Exception {
		int code = 1;
		try {
			new Namespaces().run(arguments[0], arguments[1]);
			code = 0;
		}
		catch (Exception ex) {
			System.err.println(ex);
		}
		Runtime.getRuntime().halt(code);
	}

	private void run(String fault, String client) throws Exception {
		connect();
		ConfigurableApplicationContext context = application();
		this.outliers = context.getBean(Outliers.class);
		Clients.Call call = new Clients(context, 50, Callers.READ).get(client);
		try (Load load = Load.begin(() -> call.to(HttpMethod.GET, "echo"))) {
			load.mark();
			switch (fault) {
				case "host" -> loseAHost(load);
				case "link" -> loseTheLinks(load);
				default -> beRefusedByAll(load, context.getBean(LoadBalancerClient.class));
			}
		}
		finally {
			this.processes.forEach(Process::destroyForcibly);
		}
	}

	private void loseAHost(Load load) throws Exception {
		inside(0, "ip", "addr", "flush", "dev", "in0");
		load.awaitTime(Duration.ofSeconds(15));
		say("failed", load.failed().size());
		say("late", load.failedAfter(Duration.ofMillis(3500)).size());
	}

	/** Their addresses are at this host meanwhile, where nobody listens. */
	private void beRefusedByAll(Load load, LoadBalancerClient balancer) throws Exception {
		for (int i = 0; i < INSTANCES; i++) {
			command("ip", "addr", "add", "10.77." + i + ".2/32", "dev", "lo");
		}
		load.awaitTime(Duration.ofSeconds(3));
		say("kept", chosen(balancer));
		for (int i = 0; i < INSTANCES; i++) {
			command("ip", "addr", "del", "10.77." + i + ".2/32", "dev", "lo");
		}
		load.mark();
		load.forget();
		load.awaitTime(Duration.ofSeconds(5));
		say("late", load.failedAfter(Duration.ofSeconds(3)).size());
		say("called", chosen(balancer));
	}

	private static long chosen(LoadBalancerClient balancer) {
		return Stream.generate(() -> balancer.choose("echo").getHost()).limit(50).distinct().count();
	}

	private void loseTheLinks(Load load) throws Exception {
		for (int i = 0; i < INSTANCES; i++) {
			command("ip", "link", "set", "out" + i, "down");
		}
		int most = 0;
		for (int i = 0; i < 40; i++) {
			load.await(20);
			most = Math.max(most, ejected());
		}
		say("ejected", most);
		for (int i = 0; i < INSTANCES; i++) {
			command("ip", "link", "set", "out" + i, "up");
		}
		long since = System.nanoTime();
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> ejectedForTheirConnection() == 0);
		say("back", Duration.ofNanos(System.nanoTime() - since).toMillis());
	}

	private int ejected() {
		return this.outliers.ejected().getOrDefault("echo", List.of()).size();
	}

	private long ejectedForTheirConnection() {
		return this.outliers.ejected()
			.getOrDefault("echo", List.of())
			.stream()
			.filter((one) -> one.cause().equals("connection"))
			.count();
	}

	private void connect() throws Exception {
		command("ip", "link", "set", "lo", "up");
		for (int i = 0; i < INSTANCES; i++) {
			Process process = InstanceProcess.launch(InstanceProcess.class, List.of("unshare", "-n"), List.of("any"));
			this.processes.add(process);
			int port = InstanceProcess.listening(process).port();
			command("ip", "link", "add", "out" + i, "type", "veth", "peer", "name", "in" + i, "netns",
					String.valueOf(process.pid()));
			command("ip", "addr", "add", "10.77." + i + ".1/24", "dev", "out" + i);
			command("ip", "link", "set", "out" + i, "up");
			inside(i, "ip", "addr", "add", "10.77." + i + ".2/24", "dev", "in" + i);
			inside(i, "ip", "link", "set", "in" + i, "up");
			this.addresses.add("10.77." + i + ".2:" + port);
		}
	}

	private ConfigurableApplicationContext application() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("etcd.discovery.enabled=false", "spring.cloud.loadbalancer.cache.enabled=false",
					"spring.main.banner-mode=off", "spring.cloud.loadbalancer.retry.enabled=false",
					"spring.cloud.gateway.server.webflux.enabled=false")
			.properties(IntStream.range(0, INSTANCES)
				.mapToObj((i) -> "spring.cloud.discovery.client.simple.instances.echo[" + i + "].uri=http://"
						+ this.addresses.get(i))
				.toArray(String[]::new))
			.run();
	}

	private void inside(int instance, String... command) throws Exception {
		command(Stream
			.concat(Stream.of("nsenter", "-t", String.valueOf(this.processes.get(instance).pid()), "-n"),
					Stream.of(command))
			.toArray(String[]::new));
	}

	private static void command(String... command) throws Exception {
		int code = new ProcessBuilder(command).inheritIO().start().waitFor();
		if (code != 0) {
			throw new IllegalStateException(String.join(" ", command) + " ended with " + code);
		}
	}

	/** A line for the test that has started this. */
	private static void say(String what, long number) {
		System.out.println(SAYS + what + "=" + number);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Detection.class)
	static class Application {

	}

}
