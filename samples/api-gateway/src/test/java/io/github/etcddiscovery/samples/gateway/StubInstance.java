package io.github.etcddiscovery.samples.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * An instance of the user service that can be told to fail in the ways real ones do.
 */
final class StubInstance implements AutoCloseable {

	private final List<String> bodies = new CopyOnWriteArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final int port;

	private HttpServer server;

	private volatile Behaviour behaviour = Behaviour.ANSWER;

	private volatile String answer = "{\"statusCode\":0,\"statusMessage\":\"success\",\"userId\":\"42\"}";

	StubInstance() {
		this.server = listen(0);
		this.port = this.server.getAddress().getPort();
	}

	private HttpServer listen(int port) {
		try {
			HttpServer listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
			listening.setExecutor(this.threads);
			listening.createContext("/users", this::serve);
			listening.start();
			return listening;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void serve(HttpExchange exchange) throws IOException {
		this.bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
		switch (this.behaviour) {
			case ANSWER -> respond(exchange, 200, this.answer);
			case FAIL -> respond(exchange, 500, "{}");
			case CUT -> exchange.close();
			case HANG -> hang();
		}
	}

	private static void respond(HttpExchange exchange, int status, String body) throws IOException {
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private void hang() {
		try {
			this.closed.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	void behave(Behaviour behaviour) {
		this.behaviour = behaviour;
	}

	void answer(String answer) {
		this.answer = answer;
	}

	List<String> bodies() {
		return this.bodies;
	}

	String uri() {
		return "http://127.0.0.1:" + this.port;
	}

	/** Nobody listens at its port any more. */
	void die() {
		this.server.stop(0);
	}

	void live() {
		this.server = listen(this.port);
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	enum Behaviour {

		/** As it should. */
		ANSWER,

		/** Says that it failed. */
		FAIL,

		/** Takes the request and dies. */
		CUT,

		/** Takes the request and never answers. */
		HANG

	}

}
