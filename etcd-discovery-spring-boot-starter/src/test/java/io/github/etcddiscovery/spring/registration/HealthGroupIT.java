package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/** A whole application that a health group takes out of the registry and brings back. */
class HealthGroupIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void theGroupTakesItOutAndBringsItBackWhateverReadinessDoesAndWhateverIsShown(boolean reactive) {
		TestApplication application = TestApplication.with(etcd)
			.and(Switch.class)
			.set("etcd.discovery.registration.health-group=callable",
					"etcd.discovery.registration.follow-readiness=false",
					"management.endpoint.health.group.callable.include=switch,etcd,discoveryComposite",
					"management.endpoint.health.group.callable.show-components=never",
					"management.endpoint.health.show-details=never");
		try (ConfigurableApplicationContext context = (reactive ? application.reactive() : application).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			Switch group = context.getBean(Switch.class);
			group.status = Status.DOWN;
			askTwice(context);
			TestApplication.awaitGone(etcd, key);
			group.status = Status.UP;
			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			TestApplication.awaitRegistered(etcd, key);
		}
	}

	@Test
	void isNotRegisteredBeforeTheGroupIsUp() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.and(Switch.class)
			.set("etcd.discovery.registration.health-group=readiness",
					"management.endpoint.health.group.readiness.include=readinessState,switch", "switch=DOWN")
			.run()) {
			String key = TestApplication.key(context);
			long revision = etcd.revision();
			askTwice(context);
			assertThat(etcd.revision()).as("nothing was written").isEqualTo(revision);
			context.getBean(Switch.class).status = Status.UP;
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			TestApplication.awaitRegistered(etcd, key);
		}
	}

	private static void askTwice(ConfigurableApplicationContext context) {
		int before = context.getBean(Switch.class).asked.get();
		AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
		AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> context.getBean(Switch.class).asked.get() >= before + 2);
	}

	@Configuration(proxyBeanMethods = false)
	static class Switch {

		volatile Status status;

		final AtomicInteger asked = new AtomicInteger();

		Switch(Environment environment) {
			this.status = new Status(environment.getProperty("switch", "UP"));
		}

		@Bean
		HealthIndicator switchHealthIndicator() {
			return () -> {
				this.asked.incrementAndGet();
				return Health.status(this.status).build();
			};
		}

	}

}
