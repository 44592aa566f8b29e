package io.github.etcddiscovery.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.etcddiscovery.Instance;

/**
 * {@code GET /say?text=…}, as {@code interop/go/peers/httpecho.go}.
 */
class HttpProtocol implements Protocol {

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(3))
		.build();

	@Override
	public Served serve(String host, String name) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(host, 0), 0);
			server.createContext("/say", (exchange) -> answer(exchange, name));
			server.start();
			return new Served(server.getAddress().getPort(), () -> server.stop(0));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void answer(HttpExchange exchange, String name) throws IOException {
		String text = exchange.getRequestURI().getQuery().substring("text=".length());
		byte[] body = (name + ": " + text).getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(200, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	@Override
	public String call(Instance instance, String text) throws Exception {
		URI uri = URI
			.create("http://" + instance.address() + "/say?text=" + URLEncoder.encode(text, StandardCharsets.UTF_8));
		HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(3)).build();
		return this.client.send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

}
