package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The user service's instances and the gateway before them, for one etcd. All belong to
 * this object: closing it ends them.
 */
final class Playground implements AutoCloseable {

	static final String SERVICE = "service.music.user";

	private final Deque<Program> programs = new ArrayDeque<>();

	private final Path samples;

	private final Path folder;

	private final String etcd;

	private final Map<String, List<String>> settings;

	private int started;

	/**
	 * Prepares; nothing runs yet.
	 * @param samples the folder {@code samples} of this project, built
	 * @param folder existing folder for logs and users
	 * @param etcd etcd's URL
	 * @param settings further properties by the name of the sample
	 */
	Playground(Path samples, Path folder, String etcd, Map<String, List<String>> settings) {
		this.samples = samples;
		this.folder = folder;
		this.etcd = etcd;
		this.settings = settings;
	}

	/**
	 * Starts an instance of the user service; returns before it listens.
	 * @param port port to listen at, 0 for any
	 * @param arguments further properties
	 * @return the process
	 */
	Program launchUserService(int port, String... arguments) {
		this.started++;
		return launch("user-service", "user-service-" + this.started, port,
				List.of("--users.folder=" + this.folder.resolve("users"), "--users.hash-iterations=1000"), arguments);
	}

	/**
	 * Starts a gateway; returns before it listens.
	 * @param port port to listen at, 0 for any
	 * @param arguments further properties
	 * @return the process
	 */
	Program launchGateway(int port, String... arguments) {
		return launch("api-gateway", "api-gateway", port, List.of(), arguments);
	}

	private Program launch(String sample, String name, int port, List<String> own, String... more) {
		List<String> all = new ArrayList<>(List.of("--etcd.discovery.endpoints=" + this.etcd));
		all.addAll(own);
		all.addAll(this.settings.getOrDefault(sample, List.of()));
		all.addAll(List.of(more));
		Program program = WebApp.launch(name, jar(sample), this.folder, port, all);
		synchronized (this.programs) {
			this.programs.add(program);
		}
		return program;
	}

	private Path jar(String sample) {
		Path target = this.samples.resolve(sample).resolve("target");
		try (var jars = Files.newDirectoryStream(target, "sample-" + sample + "-*.jar")) {
			return jars.iterator().next();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Not built: " + target, ex);
		}
	}

	static URI uri(WebApp app) {
		return URI.create("http://" + app.address());
	}

	List<Program> programs() {
		synchronized (this.programs) {
			return List.copyOf(this.programs);
		}
	}

	@Override
	public void close() {
		programs().forEach(Program::close);
	}

}
