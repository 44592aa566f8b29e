package io.github.etcddiscovery.spring.actuate;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.HttpCaller;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** Asks the actuator of an application, as an operator does. */
record ActuatorClient(ConfigurableApplicationContext context) {

	String get(String path) {
		return HttpCaller.get(uri(path)).body();
	}

	Map<String, Object> json(String path) {
		return JsonParserFactory.getJsonParser().parseMap(get(path));
	}

	void post(String path, String body) {
		HttpResponse<String> response = HttpCaller.post(uri(path), body);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
	}

	int statusOfPost(String path, String body) {
		return HttpCaller.post(uri(path), body).statusCode();
	}

	Map<String, Object> health() {
		return json("/actuator/health/etcd");
	}

	@SuppressWarnings("unchecked")
	Map<String, Object> healthDetails() {
		return (Map<String, Object>) health().get("details");
	}

	/** What the platform is told, by which it restarts and routes. */
	List<Object> probes() {
		return List.of(json("/actuator/health/readiness").get("status"),
				json("/actuator/health/liveness").get("status"));
	}

	private String uri(String path) {
		return "http://127.0.0.1:" + TestApplication.port(this.context) + path;
	}

}
