package io.github.etcddiscovery.samples.gateway;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

/**
 * A gateway with a fixed list of instances behind it: etcd has no part in these tests.
 */
final class GatewayFixture implements AutoCloseable {

	private final ConfigurableApplicationContext application;

	private final RestTestClient http;

	GatewayFixture(List<String> instances, String... properties) {
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--server.address=127.0.0.1", "--etcd.discovery.enabled=false"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		for (int index = 0; index < instances.size(); index++) {
			arguments.add("--spring.cloud.discovery.client.simple.instances[service.music.user][" + index + "].uri="
					+ instances.get(index));
		}
		this.application = SpringApplication.run(ApiGatewayApplication.class, arguments.toArray(String[]::new));
		this.http = RestTestClient.bindToServer()
			.baseUrl("http://127.0.0.1:" + this.application.getEnvironment().getProperty("local.server.port"))
			.build();
	}

	RestTestClient.ResponseSpec post(String path, String body) {
		return this.http.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body).exchange();
	}

	RestTestClient http() {
		return this.http;
	}

	@Override
	public void close() {
		this.application.close();
	}

}
