package io.github.etcddiscovery.spring.registration;

import java.util.Set;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring's tests pause the contexts that they keep, which leaves the web server alone.
 */
class ContextKindsIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void aPausedOneStaysBecauseItsWebServerGoesOn() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			String before = etcd.etcdctl("get", key, "-w=json");
			context.pause();
			context.restart();
			assertThat(kv(etcd.etcdctl("get", key, "-w=json"))).isEqualTo(kv(before));
		}
	}

	@Test
	void aRefreshOfTheEnvironmentTouchesNothing() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			String before = etcd.etcdctl("get", key, "-w=json");
			EtcdClient client = context.getBean(EtcdClient.class);
			context.getBean(ContextRefresher.class).refresh();
			context.publishEvent(new EnvironmentChangeEvent(context, Set.of("etcd.discovery.registration.weight")));
			assertThat(kv(etcd.etcdctl("get", key, "-w=json"))).isEqualTo(kv(before));
			assertThat(context.getBean(EtcdClient.class)).isSameAs(client);
		}
	}

	@Test
	void whatWasChangedStaysWhereItIsStoppedAndStartedAgainAtTheSamePort() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			int port = TestApplication.port(context);
			context.close();
			changeStopAndStart(port);
		}
	}

	/** A listener changes it too, each time from what the application is. */
	private static void changeStopAndStart(int port) {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("server.port=" + port)
			.and(Listening.class)
			.run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			etcd.etcdctl("put", "--ignore-lease", "--", key,
					etcd.get(key).orElseThrow().replace("\"weight\":10", "\"weight\":77"));
			EtcdRegistration registration = context.getBean(EtcdRegistration.class);
			Awaitility.await().until(() -> registration.instance().weight() == 77);
			context.stop();
			assertThat(etcd.get(key)).isEmpty();
			context.start();
			TestApplication.awaitRegistered(etcd, key);
			assertThat(etcd.get(key).orElseThrow()).contains("\"weight\":77", "\"starts\":\"I\"");
		}
	}

	@Test
	void withLazyBeansEverythingIsStartedAllTheSame() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("spring.main.lazy-initialization=true")
			.run()) {
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			assertThat(context.getBean(DiscoveryClient.class).getInstances("echo")).hasSize(1);
		}
		assertThat(etcd.etcdctl("get", "--prefix", "kitex/")).isEmpty();
	}

	@Test
	void theEndOfOneOfTwoInOneJvmIsNoneOfTheOthersBusiness() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			ConfigurableApplicationContext other = TestApplication.with(etcd).run();
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			TestApplication.awaitRegistered(etcd, TestApplication.key(other));
			String before = etcd.etcdctl("get", TestApplication.key(context), "-w=json");
			other.close();
			assertThat(etcd.get(TestApplication.key(other))).isEmpty();
			String after = etcd.etcdctl("get", TestApplication.key(context), "-w=json");
			assertThat(kv(after)).isEqualTo(kv(before));
		}
	}

	/** The entry without the revision of the answer. */
	private static String kv(String answer) {
		return answer.substring(answer.indexOf("\"kvs\""));
	}

	@Configuration(proxyBeanMethods = false)
	static class Listening {

		@Bean
		ApplicationListener<InstancePreRegisteredEvent> addingToTheTag() {
			return (event) -> ((EtcdRegistration) event.getRegistration())
				.update((own) -> own.withTag("starts", own.tags().getOrDefault("starts", "") + "I"));
		}

	}

}
