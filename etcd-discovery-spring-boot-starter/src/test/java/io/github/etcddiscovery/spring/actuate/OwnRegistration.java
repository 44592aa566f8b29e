package io.github.etcddiscovery.spring.actuate;

import java.net.http.HttpResponse;
import java.time.Duration;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdCommands;
import io.github.etcddiscovery.test.HttpCaller;
import org.awaitility.Awaitility;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The key of an application, as an operator edits and sees it.
 */
record OwnRegistration(EtcdCommands etcd, ConfigurableApplicationContext context) {

	private static final String PATH = "/actuator/etcddiscovery";

	String key() {
		return TestApplication.key(this.context);
	}

	HttpResponse<String> post(String body) {
		return post(PATH, body);
	}

	HttpResponse<String> post(String path, String body) {
		return HttpCaller.post("http://127.0.0.1:" + TestApplication.port(this.context) + path, body);
	}

	/** Another weight, and none of the tags, as a hurried operator writes it. */
	void editWithEtcdctl() {
		this.etcd.etcdctl("put", "--ignore-lease", "--", key(),
				"{\"network\":\"tcp\",\"address\":\"127.0.0.1:%d\",\"weight\":7,\"tags\":null}"
					.formatted(TestApplication.port(this.context)));
	}

	void awaitRegistered() {
		TestApplication.awaitRegistered(this.etcd, key());
	}

	void awaitValue(String... parts) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.etcd.get(key()).orElse("")).contains(parts));
	}

}
