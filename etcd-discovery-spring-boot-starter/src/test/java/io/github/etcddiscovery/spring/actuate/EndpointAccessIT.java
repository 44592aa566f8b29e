package io.github.etcddiscovery.spring.actuate;

import java.net.http.HttpResponse;
import java.time.Duration;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.HttpCaller;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may POST to the endpoint etcddiscovery, and where. Apart from
 * {@link EndpointPostIT}: an application that ends takes the threads of Reactor Netty
 * from a reactive one beside it.
 */
class EndpointAccessIT {

	private static final String PATH = "/actuator/etcddiscovery";

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void readOnlyLeavesGet() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("management.endpoint.etcddiscovery.access=read-only")
			.run()) {
			assertThat(post(context, PATH, "{\"weight\":7}").statusCode()).isEqualTo(405);
			assertThat(new ActuatorClient(context).json(PATH)).containsKey("registrations");
		}
	}

	@Test
	void aManagementServerOfItsOwnTakesThemUnderItsPath() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("management.server.port=0", "management.endpoints.web.base-path=/manage",
					"management.endpoints.web.path-mapping.etcddiscovery=registry")
			.run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			String port = context.getEnvironment().getProperty("local.management.port");
			HttpResponse<String> response = HttpCaller.post("http://127.0.0.1:" + port + "/manage/registry",
					"{\"weight\":7}");
			assertThat(response.statusCode()).isEqualTo(204);
			awaitValue(key, "\"weight\":7");
			assertThat(post(context, "/manage/registry", "{\"weight\":8}").statusCode()).isEqualTo(404);
		}
	}

	@Test
	void editsThatAreNotAcceptedArePutBack() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.accept-edits=false")
			.run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			edit(context, key);
			awaitValue(key, "\"weight\":10");
		}
	}

	private static void edit(ConfigurableApplicationContext context, String key) {
		etcd.etcdctl("put", "--ignore-lease", "--", key,
				"{\"network\":\"tcp\",\"address\":\"127.0.0.1:%d\",\"weight\":7,\"tags\":null}"
					.formatted(TestApplication.port(context)));
	}

	private static HttpResponse<String> post(ConfigurableApplicationContext context, String path, String body) {
		return HttpCaller.post(uri(context, path), body);
	}

	private static String uri(ConfigurableApplicationContext context, String path) {
		return "http://127.0.0.1:" + TestApplication.port(context) + path;
	}

	private static void awaitValue(String key, String... parts) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(etcd.get(key).orElse("")).contains(parts));
	}

}
