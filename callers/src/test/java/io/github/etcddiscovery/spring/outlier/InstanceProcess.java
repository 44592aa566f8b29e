package io.github.etcddiscovery.spring.outlier;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpServer;
import io.github.etcddiscovery.test.HttpCaller;

/**
 * A process of its own that answers at once, so that it can be killed, frozen and put out
 * of reach. For one thread.
 */
final class InstanceProcess implements AutoCloseable {

	/**
	 * So many connections wait to be accepted; the system drops the packets of others.
	 */
	private static final int BACKLOG = 16;

	private final Process process;

	private final int port;

	/** Connections that fill the queue of those that wait to be accepted. */
	private final List<Socket> waiting = new ArrayList<>();

	private boolean harmed;

	private InstanceProcess(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/** Begins one; it listens when {@link #listening} has returned. */
	static Process launch() throws IOException {
		return launch(InstanceProcess.class, List.of(), List.of());
	}

	/** Begins a program of these tests. */
	static Process launch(Class<?> main, List<String> before, List<String> arguments) throws IOException {
		List<String> line = new ArrayList<>(before);
		line.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), main.getName()));
		line.addAll(arguments);
		return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

	static InstanceProcess listening(Process process) throws IOException {
		return new InstanceProcess(process, Integer.parseInt(process.inputReader().readLine()));
	}

	int port() {
		return this.port;
	}

	String address() {
		return "127.0.0.1:" + this.port;
	}

	/** Whether nothing was ever done to it. */
	boolean isUnharmed() {
		return !this.harmed;
	}

	/** Ends it with -9, at some moment within the next milliseconds. */
	void kill() {
		this.harmed = true;
		this.process.destroyForcibly();
	}

	/**
	 * Freezes it: its connections go on being accepted by the system, and nobody answers.
	 */
	void freeze() throws IOException, InterruptedException {
		this.harmed = true;
		signal("STOP");
	}

	/**
	 * Puts it out of reach, as far as a caller can tell, as if all packets to it were
	 * lost: nothing comes back on the connections that there are, nothing is reset, and
	 * the system drops the first packet of each new connection.
	 */
	void vanish() throws IOException, InterruptedException {
		freeze();
		try {
			while (true) {
				Socket socket = new Socket();
				this.waiting.add(socket);
				socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 50);
			}
		}
		catch (SocketTimeoutException ex) {
			// The queue is full.
		}
	}

	/**
	 * Ends what {@link #freeze} and {@link #vanish} have begun; it answers when this
	 * returns.
	 */
	void comeBack() throws IOException, InterruptedException {
		signal("CONT");
		for (Socket socket : this.waiting) {
			socket.close();
		}
		HttpCaller.get("http://" + address());
	}

	private void signal(String name) throws IOException, InterruptedException {
		new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).start().waitFor();
	}

	@Override
	public void close() throws IOException, InterruptedException {
		this.process.destroyForcibly();
		for (Socket socket : this.waiting) {
			socket.close();
		}
		this.process.waitFor(10, TimeUnit.SECONDS);
	}

	/** Listens on the loopback, or on any address where some argument says so. */
	public static void main(String[] arguments) throws IOException {
		InetAddress host = (arguments.length > 0) ? new InetSocketAddress(0).getAddress()
				: InetAddress.getLoopbackAddress();
		System.out.println(serve(host));
		// Nobody writes: this returns when whoever has started it has ended.
		System.exit(System.in.read());
	}

	/** Answers at once from now on, in this process; returns the port. */
	static int serve(InetAddress host) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(host, 0), BACKLOG);
		server.setExecutor(Executors.newCachedThreadPool());
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		server.start();
		return server.getAddress().getPort();
	}

}
