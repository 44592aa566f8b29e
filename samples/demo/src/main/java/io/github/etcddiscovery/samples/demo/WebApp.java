package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sample that runs as a process of its own, on a port of 127.0.0.1.
 *
 * @param program the process
 * @param port where it listens
 */
record WebApp(Program program, int port) implements AutoCloseable {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Pattern COUNT = Pattern.compile("\"statistic\":\"COUNT\",\"value\":([\\d.E]+)");

	private static final Duration START = Duration.ofMinutes(3);

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	/**
	 * Starts a sample; returns before it listens.
	 * @param name name of its log
	 * @param jar its jar
	 * @param logs folder for its log
	 * @param port port to listen at, 0 for any
	 * @param arguments further properties
	 * @return the process
	 */
	static Program launch(String name, Path jar, Path logs, int port, List<String> arguments) {
		List<String> all = new ArrayList<>(List.of("--server.address=127.0.0.1", "--server.port=" + port));
		all.addAll(arguments);
		return Program.startJar(name, logs.resolve(name + ".log"), jar, all);
	}

	/**
	 * Waits until a sample listens.
	 * @param program what {@link #launch} returned
	 * @return the running sample
	 */
	static WebApp listening(Program program) {
		long end = System.nanoTime() + START.toNanos();
		while (System.nanoTime() - end < 0) {
			Matcher port = PORT.matcher(program.log());
			if (port.find()) {
				return new WebApp(program, Integer.parseInt(port.group(1)));
			}
			program.pause(Duration.ofMillis(50));
		}
		throw new IllegalStateException(program.name() + " does not listen after " + START.toSeconds() + " s");
	}

	String address() {
		return "127.0.0.1:" + this.port;
	}

	/**
	 * Asks how many calls of the user service this instance has answered.
	 * @return the number, 0 when it has answered none or is gone
	 */
	long calls() {
		return calls("/users/register") + calls("/users/login");
	}

	/**
	 * Asks an application how many of its calls to others have failed, those included
	 * that were tried elsewhere then.
	 * @param port where it listens
	 * @return the number, 0 when none has failed
	 */
	static long failedCalls(int port) {
		return count(port, "loadbalancer.requests.failed");
	}

	private long calls(String path) {
		return count(this.port, "http.server.requests?tag=uri:" + path);
	}

	private static long count(int port, String meter) {
		URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/metrics/" + meter);
		try {
			String body = HTTP
				.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
						HttpResponse.BodyHandlers.ofString())
				.body();
			Matcher count = COUNT.matcher(body);
			return count.find() ? (long) Double.parseDouble(count.group(1)) : 0;
		}
		catch (IOException ex) {
			return 0;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return 0;
		}
	}

	@Override
	public void close() {
		this.program.close();
	}

}
