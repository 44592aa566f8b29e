package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Calls to the gateway, one at a time.
 *
 * @param uri where it is
 */
record Gateway(URI uri) {

	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private static final HttpClient HTTP = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(PATIENCE)
		.build();

	/** Returns the body of the answer. */
	String get(String path) {
		return send(HttpRequest.newBuilder(this.uri.resolve(path)));
	}

	/** Sends JSON and returns the body of the answer. */
	String post(String path, String body) {
		return send(HttpRequest.newBuilder(this.uri.resolve(path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	private static String send(HttpRequest.Builder request) {
		try {
			return HTTP.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString()).body();
		}
		catch (IOException ex) {
			throw new IllegalStateException("The gateway does not answer: " + ex.getMessage(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the gateway", ex);
		}
	}

}
