package io.github.etcddiscovery.spring.autoconfigure;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.context.ApplicationListener;

import static org.assertj.core.api.Assertions.assertThat;

/** A typo in the networks that are preferred must not register the loopback address. */
@ExtendWith(OutputCaptureExtension.class)
class NoAddressTests {

	@Test
	void isOneErrorThatNamesWhatToSetAndNothingIsRegistered(CapturedOutput output) {
		Told told = new Told();
		typo().withBean(Told.class, () -> told).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(EtcdRegistration.class).getPort()).isZero();
			assertThat(told.events).hasSize(1);
			List<String> errors = output.getOut().lines().filter((line) -> line.contains("ERROR")).toList();
			assertThat(errors).singleElement()
				.asString()
				.contains("etcd.discovery.registration.ip-address", "spring.cloud.inetutils.preferred-networks");
			assertThat(output).doesNotContain("discovers services but is not registered");
		});
	}

	@Test
	void failsTheStartWhereARegistrationIsDemanded() {
		typo().withPropertyValues("etcd.discovery.registration.enabled=true")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining("etcd.discovery.registration.ip-address: is not set")
				.hasStackTraceContaining("spring.cloud.inetutils.preferred-networks"));
	}

	@Test
	void doesNotMatterWhereAnAddressIsConfiguredOrBound(CapturedOutput output) {
		typo().withPropertyValues("etcd.discovery.registration.ip-address=127.0.0.1")
			.run((context) -> assertThat(context.getBean(EtcdRegistration.class).getHost()).isEqualTo("127.0.0.1"));
		typo().withPropertyValues("server.address=127.0.0.1")
			.run((context) -> assertThat(context.getBean(EtcdRegistration.class).getHost()).isEqualTo("127.0.0.1"));
		assertThat(output).doesNotContain("ERROR");
	}

	/** On every machine as on one whose name is its loopback address. */
	private static ApplicationContextRunner typo() {
		return Contexts.provider()
			.withPropertyValues("spring.cloud.inetutils.preferred-networks=192_168")
			.withBean(InetUtils.class, () -> new InetUtils(new InetUtilsProperties()) {
				@Override
				public InetAddress findFirstNonLoopbackAddress() {
					return InetAddress.getLoopbackAddress();
				}
			});
	}

	/** What gateways wait for. */
	static final class Told implements ApplicationListener<InstanceRegisteredEvent<?>> {

		private final List<InstanceRegisteredEvent<?>> events = new ArrayList<>();

		@Override
		public void onApplicationEvent(InstanceRegisteredEvent<?> event) {
			this.events.add(event);
		}

	}

}
