package io.github.etcddiscovery.spring.outlier;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpServer;

/** A process of its own that answers at once, so that it can be killed and frozen. */
final class InstanceProcess implements AutoCloseable {

	private final Process process;

	private final int port;

	private InstanceProcess(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/** Begins one; it listens when {@link #listening} has returned. */
	static Process launch() throws IOException {
		return new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
				InstanceProcess.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
	}

	static InstanceProcess listening(Process process) throws IOException {
		return new InstanceProcess(process, Integer.parseInt(process.inputReader().readLine()));
	}

	int port() {
		return this.port;
	}

	/** Ends it with -9, at some moment within the next milliseconds. */
	void kill() {
		this.process.destroyForcibly();
	}

	/**
	 * Freezes it: its connections go on being accepted by the system, and nobody answers.
	 */
	void freeze() throws IOException, InterruptedException {
		new ProcessBuilder("kill", "-STOP", String.valueOf(this.process.pid())).start().waitFor();
	}

	@Override
	public void close() throws InterruptedException {
		this.process.destroyForcibly();
		this.process.waitFor(10, TimeUnit.SECONDS);
	}

	public static void main(String[] arguments) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
		server.setExecutor(Executors.newCachedThreadPool());
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		server.start();
		System.out.println(server.getAddress().getPort());
		// Nobody writes: this returns when whoever has started it has ended.
		System.exit(System.in.read());
	}

}
