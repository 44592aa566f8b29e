package io.github.etcddiscovery.spring.discovery;

import java.nio.file.Path;
import java.time.Duration;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** An application that starts while etcd is away, and knew others before. */
class SnapshotFileIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@TempDir
	Path folder;

	@BeforeEach
	void running() {
		etcd.cluster().start();
	}

	private TestApplication client() {
		return TestApplication.with(etcd)
			.clientOnly()
			.set("etcd.discovery.resolver.snapshot-file=" + this.folder.resolve("known"));
	}

	@Test
	void whatWasKnownBeforeIsCalledUntilEtcdAnswers() {
		TestApplication.put(etcd, "other", 1, 10);
		TestApplication.put(etcd, "other", 2, 30);
		try (ConfigurableApplicationContext context = client().run()) {
			assertThat(context.getBean(DiscoveryClient.class).getInstances("other")).hasSize(2);
			assertThat(health(context).getDetails()).doesNotContainKey("fromSnapshotFile");
		}
		etcd.cluster().kill();
		try (ConfigurableApplicationContext context = client().run()) {
			DiscoveryClient client = context.getBean(DiscoveryClient.class);
			assertThat(client.getInstances("other")).extracting(ServiceInstance::getPort).containsExactly(1, 2);
			assertThat(client.getServices()).contains("other");
			assertThat(context.getBean(ReactiveDiscoveryClient.class)
				.getInstances("other")
				.collectList()
				.block(Duration.ofSeconds(5))).hasSize(2);
			Health health = health(context);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("fromSnapshotFile", true)
				.containsEntry("stale", true)
				.containsEntry("reachable", false);
			etcd.cluster().start();
			etcd.delete(TestApplication.key("other", 1));
			Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> client.getInstances("other").size() == 1);
			Awaitility.await()
				.atMost(Duration.ofSeconds(15))
				.untilAsserted(() -> assertThat(health(context).getDetails()).doesNotContainKey("fromSnapshotFile")
					.containsEntry("stale", false));
		}
	}

	private static Health health(ConfigurableApplicationContext context) {
		return context.getBean("etcdHealthContributor", HealthIndicator.class).health();
	}

}
