package io.github.etcddiscovery.spring.actuate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** What is said of instances that are kept though etcd has lost them. */
class GuardSignalsIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final List<ServerSocket> listening = new ArrayList<>();

	@AfterEach
	void close() throws IOException {
		for (ServerSocket each : this.listening) {
			each.close();
		}
	}

	@Test
	void gaugeHealthAndEndpointShowWhatIsKept() throws Exception {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.enabled=false", "etcd.discovery.resolver.mass-loss-guard.hold=5m")
			.run()) {
			ActuatorClient actuator = new ActuatorClient(context);
			DiscoveryClient client = context.getBean(DiscoveryClient.class);
			for (int i = 0; i < 3; i++) {
				this.listening.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
				TestApplication.put(etcd, "a", this.listening.get(i).getLocalPort(), 10);
			}
			await(() -> assertThat(client.getInstances("a")).hasSize(3));
			assertThat(active(context)).isZero();
			assertThat(actuator.healthDetails()).doesNotContainKey("heldBack");
			assertThat(service(actuator)).containsEntry("heldBack", 0);

			etcd.etcdctl("del", "--prefix", "kitex/registry-etcd/a/");
			await(() -> assertThat(active(context)).isEqualTo(1));
			assertThat(actuator.health()).containsEntry("status", "UP");
			assertThat(actuator.healthDetails()).containsEntry("heldBack", Map.of("a", 3));
			assertThat(service(actuator)).containsEntry("heldBack", 3);
			assertThat(client.getInstances("a")).hasSize(3);

			close();
			await(() -> assertThat(client.getInstances("a")).isEmpty());
			assertThat(active(context)).isZero();
			assertThat(actuator.healthDetails()).doesNotContainKey("heldBack");
		}
	}

	private static void await(Runnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(assertion::run);
	}

	private static double active(ConfigurableApplicationContext context) {
		return context.getBean(MeterRegistry.class).get("etcd.discovery.guard.active").gauge().value();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> service(ActuatorClient actuator) {
		List<Map<String, Object>> services = (List<Map<String, Object>>) actuator.json("/actuator/etcddiscovery")
			.get("services");
		return services.stream().filter((service) -> service.get("service").equals("a")).findFirst().orElseThrow();
	}

}
