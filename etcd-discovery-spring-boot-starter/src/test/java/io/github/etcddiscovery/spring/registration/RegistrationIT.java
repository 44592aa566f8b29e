package io.github.etcddiscovery.spring.registration;

import java.time.Duration;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** What is registered, and where. */
class RegistrationIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void aWebApplicationRegistersItsRealPortWithItsMetadata() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.weight=30", "etcd.discovery.registration.zone=a",
					"etcd.discovery.registration.metadata.version=v1", "etcd.discovery.registration.instance-id=blue")
			.run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			assertThat(etcd.get(key).orElseThrow()).isEqualTo(
					"{\"network\":\"tcp\",\"address\":\"127.0.0.1:%d\",\"weight\":30,\"tags\":{\"instance-id\":\"blue\",\"version\":\"v1\",\"zone\":\"a\"}}"
						.formatted(TestApplication.port(context)));
			EtcdRegistration registration = context.getBean(EtcdRegistration.class);
			assertThat(registration.getServiceId()).isEqualTo("echo");
			assertThat(registration.getPort()).isEqualTo(TestApplication.port(context));
			assertThat(registration.getMetadata()).containsEntry("zone", "a").containsEntry("weight", "30");
		}
	}

	@Test
	void aReactiveApplicationRegistersToo() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).reactive().run()) {
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		}
	}

	@Test
	void anApplicationWithoutWebServerRegistersTheConfiguredPort() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.withoutWeb()
			.set("etcd.discovery.registration.port=7777", "etcd.discovery.registration.ip-address=10.1.2.3")
			.run()) {
			TestApplication.awaitRegistered(etcd, "kitex/registry-etcd/echo/10.1.2.3:7777");
		}
		TestApplication.awaitGone(etcd, "kitex/registry-etcd/echo/10.1.2.3:7777");
	}

	@Test
	void variablesOfKitexChangeTheAddressThatIsRegistered() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("KITEX_IP_TO_REGISTRY=10.9.8.7", "KITEX_PORT_TO_REGISTRY=4711")
			.run()) {
			TestApplication.awaitRegistered(etcd, "kitex/registry-etcd/echo/10.9.8.7:4711");
		}
	}

	@Test
	void aSeparateManagementServerStandsInTheMetadata() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("management.server.port=0", "management.server.address=127.0.0.1")
			.run()) {
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			String management = context.getEnvironment().getProperty("local.management.port");
			assertThat(context.getBean(EtcdRegistration.class).getMetadata())
				.containsEntry("management.port", management)
				.containsEntry("management.context-path", "/actuator");
		}
	}

	@Test
	void othersAreRegisteredByHand() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).clientOnly().run()) {
			EtcdServiceRegistry registry = context.getBean(EtcdServiceRegistry.class);
			EtcdRegistration first = new EtcdRegistration(Instance.of("by-hand", "10.0.0.1", 1));
			EtcdRegistration second = new EtcdRegistration(Instance.of("by-hand", "10.0.0.2", 2));
			registry.register(first);
			registry.register(second);
			TestApplication.awaitRegistered(etcd, "kitex/registry-etcd/by-hand/10.0.0.1:1");
			TestApplication.awaitRegistered(etcd, "kitex/registry-etcd/by-hand/10.0.0.2:2");
			first.update((instance) -> instance.withWeight(77));
			Awaitility.await()
				.atMost(Duration.ofSeconds(5))
				.until(() -> etcd.get("kitex/registry-etcd/by-hand/10.0.0.1:1").orElse("").contains("77"));
			registry.deregister(first);
			assertThat(etcd.get("kitex/registry-etcd/by-hand/10.0.0.1:1")).isEmpty();
			assertThat(etcd.get("kitex/registry-etcd/by-hand/10.0.0.2:2")).isPresent();
			registry.deregister(first);
		}
		TestApplication.awaitGone(etcd, "kitex/registry-etcd/by-hand/10.0.0.2:2");
	}

	@Test
	void theInstanceThatARegistrationHadBeforeIsRemoved() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).clientOnly().run()) {
			EtcdServiceRegistry registry = context.getBean(EtcdServiceRegistry.class);
			EtcdRegistration registration = new EtcdRegistration(Instance.of("moved", "10.0.0.1", 1));
			registry.register(registration);
			TestApplication.awaitRegistered(etcd, "kitex/registry-etcd/moved/10.0.0.1:1");
			registration.describe(Instance.of("moved", "10.0.0.1", 2));
			registry.register(registration);
			TestApplication.awaitRegistered(etcd, "kitex/registry-etcd/moved/10.0.0.1:2");
			assertThat(etcd.get("kitex/registry-etcd/moved/10.0.0.1:1")).isEmpty();
		}
	}

	@Test
	void stopAndStartRegisterAgain() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			context.stop();
			assertThat(etcd.get(key)).isEmpty();
			context.start();
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		}
	}

}
