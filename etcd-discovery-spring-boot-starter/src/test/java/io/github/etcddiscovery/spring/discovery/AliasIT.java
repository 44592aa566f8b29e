package io.github.etcddiscovery.spring.discovery;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.spring.BalancedRestClient;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Services whose names cannot stand in the host of a URI, by other names. */
class AliasIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@AfterEach
	void empty() {
		etcd.etcdctl("del", "--from-key", "");
	}

	@ParameterizedTest
	@CsvSource({ "kitex, music_user, music-user", "go-kit, test/hello, hello", "grpc, test/hello, hello" })
	void aLoadBalancedClientCallsAServiceByItsAlias(String format, String service, String alias) {
		try (ConfigurableApplicationContext provider = TestApplication.with(etcd)
			.set("greeting=from " + service, "etcd.discovery.format=" + format,
					"etcd.discovery.service-name=" + service)
			.run(); ConfigurableApplicationContext consumer = client(format, alias, service).run()) {
			DiscoveryClient discovery = consumer.getBean(DiscoveryClient.class);
			Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> discovery.getInstances(alias).size() == 1);
			assertThat(consumer.getBean(RestClient.class)
				.get()
				.uri("http://" + alias + "/hello")
				.retrieve()
				.body(String.class)).isEqualTo("from " + service);
			assertThat(discovery.getInstances(alias)).singleElement().satisfies((instance) -> {
				assertThat(instance.getServiceId()).isEqualTo(alias);
				assertThat(instance.getInstanceId())
					.isEqualTo(service + ":127.0.0.1:" + TestApplication.port(provider));
			});
		}
	}

	@Test
	void theServiceAnswersToBothNamesWithListsThatStayTheSameAndIsListedUnderBoth() {
		TestApplication.put(etcd, "music_user", 1, 10);
		TestApplication.put(etcd, "other", 2, 10);
		try (ConfigurableApplicationContext context = client("kitex", "music-user", "music_user")
			.set("etcd.discovery.resolver.aliases.nobody=no_body")
			.run()) {
			EtcdDiscoveryClient client = context.getBean(EtcdDiscoveryClient.class);
			List<ServiceInstance> byAlias = client.getInstances("music-user");
			List<ServiceInstance> byName = client.getInstances("music_user");
			assertThat(byAlias).hasSize(1).isSameAs(client.getInstances("music-user"));
			assertThat(byName).hasSize(1).isSameAs(client.getInstances("music_user"));
			assertThat(byName.get(0).getServiceId()).isEqualTo("music_user");
			assertThat(byAlias.get(0).getUri()).isEqualTo(byName.get(0).getUri());
			assertThat(client.getServices()).containsExactly("music-user", "music_user", "other")
				.isSameAs(client.getServices());
			assertThat(context.getBean(EtcdReactiveDiscoveryClient.class)
				.getServices()
				.collectList()
				.block(Duration.ofSeconds(5))).isEqualTo(client.getServices());
			etcd.delete(TestApplication.key("music_user", 1));
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(client.getServices()).containsExactly("other"));
			assertThat(client.getInstances("music-user")).isEmpty();
		}
	}

	private static TestApplication client(String format, String alias, String service) {
		return TestApplication.with(etcd)
			.clientOnly()
			.and(BalancedRestClient.class)
			.set("etcd.discovery.format=" + format, "etcd.discovery.resolver.aliases." + alias + "=" + service);
	}

}
