package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.Map;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** In the registry exactly while the application accepts traffic and is UP. */
class ReadinessIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

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
			long revision = etcd.revision();
			context.stop();
			context.start();
			Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
				Map<String, String> status = registry.getStatus(registration);
				assertThat(status).containsEntry("status", "OUT_OF_SERVICE").containsEntry("state", "OUT");
			});
			assertThat(etcd.revision()).as("nothing was written meanwhile").isEqualTo(revision);
			registry.setStatus(registration, "up");
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			assertThatIllegalArgumentException().isThrownBy(() -> registry.setStatus(registration, "DOWN"))
				.withMessageContaining("DOWN")
				.withMessageContaining("OUT_OF_SERVICE");
		}
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

}
