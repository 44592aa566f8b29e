package io.github.etcddiscovery.spring.discovery;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class DiscoveryIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@BeforeEach
	void empty() {
		etcd.cluster().start();
		etcd.etcdctl("del", "--prefix", "kitex/");
	}

	@Test
	void bothClientsSeeWhatIsThereFromTheFirstLookupOn() {
		TestApplication.put(etcd, "echo", 1, 10);
		TestApplication.put(etcd, "echo", 2, 30);
		TestApplication.put(etcd, "other", 3, 10);
		try (ConfigurableApplicationContext context = client().run()) {
			EtcdDiscoveryClient client = context.getBean(EtcdDiscoveryClient.class);
			assertThat(client.getInstances("echo")).extracting(ServiceInstance::getPort).containsExactly(1, 2);
			assertThat(client.getServices()).containsExactly("echo", "other");
			EtcdReactiveDiscoveryClient reactive = context.getBean(EtcdReactiveDiscoveryClient.class);
			assertThat(reactive.getInstances("echo").collectList().block(Duration.ofSeconds(5)))
				.isEqualTo(client.getInstances("echo"));
			assertThat(reactive.getServices().collectList().block(Duration.ofSeconds(5))).containsExactly("echo",
					"other");
		}
	}

	@Test
	void clientsOfSpringCloudAnswerFromUs() {
		TestApplication.put(etcd, "echo", 1, 10);
		try (ConfigurableApplicationContext context = client().run()) {
			assertThat(context.getBean(DiscoveryClient.class).getInstances("echo")).hasSize(1);
			assertThat(context.getBean(ReactiveDiscoveryClient.class)
				.getInstances("echo")
				.collectList()
				.block(Duration.ofSeconds(5))).hasSize(1);
		}
	}

	@Test
	void theListIsTheSameObjectUntilSomethingChanges() {
		TestApplication.put(etcd, "echo", 1, 10);
		TestApplication.put(etcd, "other", 2, 10);
		try (ConfigurableApplicationContext context = client().run()) {
			EtcdDiscoveryClient client = context.getBean(EtcdDiscoveryClient.class);
			List<ServiceInstance> before = client.getInstances("echo");
			TestApplication.put(etcd, "other", 3, 10);
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> client.getInstances("other").size() == 2);
			assertThat(client.getInstances("echo")).isSameAs(before);
			TestApplication.put(etcd, "echo", 4, 10);
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> client.getInstances("echo").size() == 2);
			assertThat(before).hasSize(1);
			etcd.delete(TestApplication.key("echo", 1));
			etcd.delete(TestApplication.key("echo", 4));
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> client.getInstances("echo").isEmpty());
		}
	}

	@Test
	void anUnknownServiceIsAnEmptyListThatIsAlwaysTheSame() {
		try (ConfigurableApplicationContext context = client().run()) {
			EtcdDiscoveryClient client = context.getBean(EtcdDiscoveryClient.class);
			assertThat(client.getInstances("nobody")).isSameAs(client.getInstances("nobody")).isEmpty();
			assertThat(client.getInstances("not/a/name")).isEmpty();
			assertThat(client.getInstances("")).isEmpty();
			assertThat(context.getBean(EtcdReactiveDiscoveryClient.class)
				.getInstances("nobody")
				.collectList()
				.block(Duration.ofSeconds(5))).isEmpty();
		}
	}

	@Test
	void servicesArePreloadedBeforeTheApplicationIsReady() {
		TestApplication.put(etcd, "echo", 1, 10);
		TestApplication.put(etcd, "music_user", 2, 10);
		try (ConfigurableApplicationContext context = client()
			.set("etcd.discovery.resolver.scope=service", "etcd.discovery.resolver.preload=echo,nobody,music-user",
					"etcd.discovery.resolver.aliases.music-user=music_user",
					"etcd.discovery.resolver.first-snapshot-timeout=5s")
			.run()) {
			EtcdResolver resolver = context.getBean(EtcdResolver.class);
			assertThat(resolver.snapshots()).extracting(ServiceSnapshot::service)
				.containsExactlyInAnyOrder("echo", "nobody", "music_user");
			assertThat(resolver.snapshot("echo").instances()).hasSize(1);
			assertThat(resolver.snapshot("music_user").instances()).hasSize(1);
		}
	}

	@Test
	void anEtcdThatIsAwayFailsNoProbeBecauseItHasAHealthOfItsOwn() {
		etcd.cluster().kill();
		try (ConfigurableApplicationContext context = client().run()) {
			context.getBean(EtcdDiscoveryClient.class).probe();
			assertThat(context.getBean(EtcdReactiveDiscoveryClient.class)
				.reactiveProbe()
				.blockOptional(Duration.ofSeconds(1))).isEmpty();
		}
	}

	private static TestApplication client() {
		return TestApplication.with(etcd).clientOnly();
	}

}
