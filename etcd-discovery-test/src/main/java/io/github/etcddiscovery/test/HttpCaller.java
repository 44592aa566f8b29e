package io.github.etcddiscovery.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks an HTTP server, as a test does that wants to see what is served: etcd's metrics
 * and gateway, the actuator of an application. Waits for the answer, for 10 s at most.
 */
public final class HttpCaller {

	private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private HttpCaller() {
	}

	/**
	 * Reads.
	 * @param uri where
	 * @return the answer, whatever its status
	 * @throws UncheckedIOException if there is none
	 */
	public static HttpResponse<String> get(String uri) {
		return send(request(uri));
	}

	/**
	 * Sends JSON.
	 * @param uri where
	 * @param json what
	 * @param headers names and values of further headers, in turns
	 * @return the answer, whatever its status
	 * @throws UncheckedIOException if there is none
	 */
	public static HttpResponse<String> post(String uri, String json, String... headers) {
		HttpRequest.Builder request = request(uri).header("Content-Type", "application/json");
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request.POST(BodyPublishers.ofString(json)));
	}

	private static HttpRequest.Builder request(String uri) {
		return HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(10));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while an answer was waited for", ex);
		}
	}

}
