package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/** Who is told of a registration, and when. */
class RegistrationEventsIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

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
