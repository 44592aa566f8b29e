package io.github.etcddiscovery.spring.registration;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.Thrown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Code of users that throws, before an instance is registered and while it leaves. */
class RegistrationFailuresIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void whateverThrowsWhileTheApplicationEndsItHasLeftBeforeItsServerStops() {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.and(Throwing.class)
			.set("spring.application.name=throwing")
			.run();
		String key = TestApplication.key("throwing", TestApplication.port(context));
		TestApplication.awaitRegistered(etcd, key);
		Throwing throwing = context.getBean(Throwing.class);
		throwing.key = key;
		context.close();
		assertThat(throwing.told).containsExactly("before stop", "after stop", "left: true");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ready", "started" })
	void aVetoStopsTheStartAndNothingIsRegistered(String when) {
		TestApplication application = TestApplication.with(etcd)
			.and(Veto.class)
			.set("veto=listener", "spring.application.name=vetoed", "etcd.discovery.registration.register-on=" + when);
		assertThatException().isThrownBy(application::run)
			.satisfies((ex) -> assertThat(NestedExceptionUtils.getMostSpecificCause(ex)).hasMessage("not today"));
		assertThat(etcd.etcdctl("get", "--prefix", "kitex/registry-etcd/vetoed/")).isEmpty();
	}

	/** A lifecycle in Kotlin declares none of its exceptions. */
	@ParameterizedTest
	@ValueSource(strings = { "listener", "lifecycle" })
	void afterAVetoTheNextStartTriesAgain(String by) {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).and(Veto.class).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			EtcdAutoServiceRegistration registration = context.getBean(EtcdAutoServiceRegistration.class);
			Veto veto = context.getBean(Veto.class);
			registration.stop();
			veto.by = by;
			assertThatException().isThrownBy(registration::start).withMessage("not today");
			assertThat(registration.isRunning()).isFalse();
			veto.by = "nobody";
			registration.start();
			TestApplication.awaitRegistered(etcd, key);
			registration.stop();
			TestApplication.awaitGone(etcd, key);
		}
	}

	@Test
	void afterAVetoTheNextReadinessTriesAgain() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).and(Veto.class).run()) {
			String key = TestApplication.key(context);
			EtcdAutoServiceRegistration registration = context.getBean(EtcdAutoServiceRegistration.class);
			registration.stop();
			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			registration.start();
			Veto veto = context.getBean(Veto.class);
			veto.by = "listener";
			assertThatIllegalStateException()
				.isThrownBy(() -> AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC));
			assertThat(etcd.get(key)).isEmpty();
			veto.by = "nobody";
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			TestApplication.awaitRegistered(etcd, key);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Veto {

		volatile String by;

		Veto(@Value("${veto:nobody}") String by) {
			this.by = by;
		}

		@EventListener
		void on(InstancePreRegisteredEvent event) {
			if (this.by.equals("listener")) {
				throw new IllegalStateException("not today");
			}
		}

		@Bean
		RegistrationLifecycle<EtcdRegistration> vetoingLifecycle() {
			return new QuietLifecycle() {

				@Override
				public void postProcessBeforeStartRegister(EtcdRegistration registration) {
					if (Veto.this.by.equals("lifecycle")) {
						throw Thrown.undeclared(new IOException("not today"));
					}
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Throwing {

		final List<String> told = new CopyOnWriteArrayList<>();

		volatile String key = "";

		@Bean
		SmartLifecycle first() {
			return new Stopped(Integer.MAX_VALUE, () -> {
				throw new IllegalStateException("first");
			});
		}

		/** Comes after the registration and before the web server. */
		@Bean
		SmartLifecycle witness() {
			return new Stopped(EtcdAutoServiceRegistration.PHASE - 1,
					() -> this.told.add("left: " + etcd.get(this.key).isEmpty()));
		}

		@Bean
		RegistrationLifecycle<EtcdRegistration> throwingLifecycle() {
			return new QuietLifecycle() {

				@Override
				public void postProcessBeforeStopRegister(EtcdRegistration registration) {
					Throwing.this.told.add("before stop");
					throw Thrown.undeclared(new IOException("before stop"));
				}

				@Override
				public void postProcessAfterStopRegister(EtcdRegistration registration) {
					Throwing.this.told.add("after stop");
					throw Thrown.undeclared(new IOException("after stop"));
				}

			};
		}

	}

	private static class QuietLifecycle implements RegistrationLifecycle<EtcdRegistration> {

		@Override
		public void postProcessBeforeStartRegister(EtcdRegistration registration) {
		}

		@Override
		public void postProcessAfterStartRegister(EtcdRegistration registration) {
		}

		@Override
		public void postProcessBeforeStopRegister(EtcdRegistration registration) {
		}

		@Override
		public void postProcessAfterStopRegister(EtcdRegistration registration) {
		}

	}

	private static final class Stopped implements SmartLifecycle {

		private final int phase;

		private final Runnable onStop;

		private volatile boolean running;

		Stopped(int phase, Runnable onStop) {
			this.phase = phase;
			this.onStop = onStop;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			this.onStop.run();
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return this.phase;
		}

	}

}
