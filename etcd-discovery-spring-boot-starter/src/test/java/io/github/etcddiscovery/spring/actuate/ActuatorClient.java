package io.github.etcddiscovery.spring.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import io.github.etcddiscovery.spring.TestApplication;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** Asks the actuator of an application, as an operator does. */
record ActuatorClient(ConfigurableApplicationContext context) {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	String get(String path) {
		return send(request(path)).body();
	}

	Map<String, Object> json(String path) {
		return JsonParserFactory.getJsonParser().parseMap(get(path));
	}

	void post(String path, String body) {
		HttpResponse<String> response = answerToPost(path, body);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
	}

	int statusOfPost(String path, String body) {
		return answerToPost(path, body).statusCode();
	}

	private HttpResponse<String> answerToPost(String path, String body) {
		return send(request(path).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	Map<String, Object> health() {
		return json("/actuator/health/etcd");
	}

	@SuppressWarnings("unchecked")
	Map<String, Object> healthDetails() {
		return (Map<String, Object>) health().get("details");
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + TestApplication.port(this.context) + path))
			.timeout(Duration.ofSeconds(10));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
