package io.github.etcddiscovery.spring.registration;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.spring.Thrown;
import io.github.etcddiscovery.test.EtcdExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
import org.springframework.core.env.Environment;

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
			.set("veto=true", "spring.application.name=vetoed", "etcd.discovery.registration.register-on=" + when);
		assertThatException().isThrownBy(application::run)
			.satisfies((ex) -> assertThat(NestedExceptionUtils.getMostSpecificCause(ex)).hasMessage("not today"));
		assertThat(etcd.etcdctl("get", "--prefix", "kitex/registry-etcd/vetoed/")).isEmpty();
	}

	/** A lifecycle in Kotlin declares none of its exceptions. */
	@Test
	void afterAVetoByACheckedExceptionTheNextStartTriesAgain() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).and(Veto.class).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			EtcdAutoServiceRegistration registration = context.getBean(EtcdAutoServiceRegistration.class);
			Veto veto = context.getBean(Veto.class);
			registration.stop();
			veto.undeclared = new IOException("not today");
			assertThatException().isThrownBy(registration::start).isSameAs(veto.undeclared);
			assertThat(registration.isRunning()).isFalse();
			veto.undeclared = null;
			registration.start();
			TestApplication.awaitRegistered(etcd, key);
		}
	}

	@Test
	void afterAVetoTheNextStartTriesAgain() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).and(Veto.class).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			EtcdAutoServiceRegistration registration = context.getBean(EtcdAutoServiceRegistration.class);
			Veto veto = context.getBean(Veto.class);
			registration.stop();
			veto.on = true;
			assertThatIllegalStateException().isThrownBy(registration::start);
			assertThat(registration.isRunning()).isFalse();
			veto.on = false;
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
			veto.on = true;
			assertThatIllegalStateException()
				.isThrownBy(() -> AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC));
			assertThat(etcd.get(key)).isEmpty();
			veto.on = false;
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			TestApplication.awaitRegistered(etcd, key);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Veto {

		volatile boolean on;

		volatile @Nullable Exception undeclared;

		Veto(Environment environment) {
			this.on = environment.getProperty("veto", Boolean.class, false);
		}

		@EventListener
		void on(InstancePreRegisteredEvent event) {
			if (this.on) {
				throw new IllegalStateException("not today");
			}
		}

		@Bean
		RegistrationLifecycle<EtcdRegistration> vetoingLifecycle() {
			return new RegistrationLifecycle<>() {

				@Override
				public void postProcessBeforeStartRegister(EtcdRegistration registration) {
					Exception thrown = Veto.this.undeclared;
					if (thrown != null) {
						throw Thrown.undeclared(thrown);
					}
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
			return new RegistrationLifecycle<>() {

				@Override
				public void postProcessBeforeStartRegister(EtcdRegistration registration) {
				}

				@Override
				public void postProcessAfterStartRegister(EtcdRegistration registration) {
				}

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
