package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
	void nothingIsRegisteredBeforeAllRunnersAreDone() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).and(Runner.class).run()) {
			assertThat(context.getBean(Runner.class).registeredDuringRun).isFalse();
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		}
	}

	@Test
	void registerOnStartedDoesNotWaitForRunners() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.and(Runner.class)
			.set("etcd.discovery.registration.register-on=started", "expect.registered=true")
			.run()) {
			assertThat(context.getBean(Runner.class).registeredDuringRun).isTrue();
		}
	}

	@Test
	void readinessTakesTheInstanceOutAndBringsItBack() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			TestApplication.awaitGone(etcd, key);
			AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
			assertThat(etcd.get(key)).isEmpty();
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			TestApplication.awaitRegistered(etcd, key);
		}
	}

	@Test
	void readinessIsNotFollowedWhenThatIsSwitchedOff() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.follow-readiness=false")
			.run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			long revision = etcd.revision();
			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.atMost(Duration.ofSeconds(5))
				.until(() -> etcd.get(key).isPresent() && etcd.revision() == revision);
		}
	}

	@Test
	void eventsOfChildContextsAreIgnored() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run();
				AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			long revision = etcd.revision();
			child.setParent(context);
			child.refresh();
			AvailabilityChangeEvent.publish(child, ReadinessState.REFUSING_TRAFFIC);
			child.close();
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.atMost(Duration.ofSeconds(5))
				.until(() -> etcd.get(key).isPresent() && etcd.revision() == revision);
		}
	}

	@Test
	void outOfServiceSurvivesReadinessAndARestart() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			EtcdServiceRegistry registry = context.getBean(EtcdServiceRegistry.class);
			EtcdRegistration registration = context.getBean(EtcdRegistration.class);
			registry.setStatus(registration, "OUT_OF_SERVICE");
			TestApplication.awaitGone(etcd, key);
			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			context.stop();
			context.start();
			Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
				Map<String, String> status = registry.getStatus(registration);
				assertThat(status).containsEntry("status", "OUT_OF_SERVICE").containsEntry("state", "OUT");
			});
			assertThat(etcd.etcdctl("get", "--prefix", "--keys-only", "kitex/registry-etcd/echo/")).isBlank();
			registry.setStatus(registration, "up");
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			assertThatIllegalArgumentException().isThrownBy(() -> registry.setStatus(registration, "DOWN"))
				.withMessageContaining("DOWN")
				.withMessageContaining("OUT_OF_SERVICE");
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

	@Test
	void withoutDeregistrationTheKeyStaysUnderItsLease() {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.deregister-on-shutdown=false", "etcd.discovery.registration.ttl=3s",
					"etcd.discovery.registration.drain-delay=20s")
			.run();
		String key = TestApplication.key(context);
		TestApplication.awaitRegistered(etcd, key);
		long revision = etcd.revision();
		long begun = System.nanoTime();
		context.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
		assertThat(etcd.get(key)).isPresent();
		assertThat(etcd.revision()).isEqualTo(revision);
		TestApplication.awaitGone(etcd, key);
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
	void eventsAndLifecyclesAreToldInOrder() {
		ConfigurableApplicationContext context = TestApplication.with(etcd).and(Recorder.class).run();
		List<String> told = context.getBean(Recorder.class).told;
		TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> told.contains("state REGISTERED"));
		context.close();
		assertThat(told).containsSubsequence("pre", "before start", "after start", "registered", "before stop",
				"after stop");
		assertThat(told).containsOnlyOnce("pre", "registered", "state REGISTERED");
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
	void anAddressThatIsNotKnownYetIsSaidToBeSo() {
		EtcdRegistration registration = new EtcdRegistration("echo");
		assertThat(registration.getPort()).isZero();
		assertThat(registration.getMetadata()).isEmpty();
		assertThat(registration.getInstanceId()).isNull();
		assertThat(registration).asString().contains("echo");
		org.assertj.core.api.Assertions.assertThatIllegalStateException()
			.isThrownBy(registration::getHost)
			.withMessageContaining("echo");
	}

	@Configuration(proxyBeanMethods = false)
	static class Runner implements CommandLineRunner {

		private final ConfigurableApplicationContext context;

		boolean registeredDuringRun;

		Runner(ConfigurableApplicationContext context) {
			this.context = context;
		}

		@Override
		public void run(String... args) {
			String key = TestApplication.key(this.context);
			if (this.context.getEnvironment().containsProperty("expect.registered")) {
				TestApplication.awaitRegistered(etcd, key);
			}
			else {
				Awaitility.await()
					.during(Duration.ofMillis(300))
					.atMost(Duration.ofSeconds(5))
					.until(() -> etcd.get(key).isEmpty());
			}
			this.registeredDuringRun = etcd.get(key).isPresent();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Recorder {

		final List<String> told = new CopyOnWriteArrayList<>();

		@EventListener
		void on(InstancePreRegisteredEvent event) {
			assertThat(event.getRegistration().getPort()).isPositive();
			this.told.add("pre");
		}

		@EventListener
		void on(InstanceRegisteredEvent<?> event) {
			this.told.add("registered");
		}

		@EventListener
		void on(RegistrationStateChangedEvent event) {
			if (event.getTo() == RegistrationState.REGISTERED) {
				this.told.add("state " + event.getTo());
			}
		}

		@Bean
		RegistrationLifecycle<EtcdRegistration> recordingLifecycle() {
			return new RegistrationLifecycle<>() {

				@Override
				public void postProcessBeforeStartRegister(EtcdRegistration registration) {
					Recorder.this.told.add("before start");
				}

				@Override
				public void postProcessAfterStartRegister(EtcdRegistration registration) {
					Recorder.this.told.add("after start");
				}

				@Override
				public void postProcessBeforeStopRegister(EtcdRegistration registration) {
					Recorder.this.told.add("before stop");
				}

				@Override
				public void postProcessAfterStopRegister(EtcdRegistration registration) {
					Recorder.this.told.add("after stop");
				}

			};
		}

	}

}
