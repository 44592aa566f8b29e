package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.spring.registration.EtcdAutoServiceRegistration;
import io.github.etcddiscovery.spring.registration.HealthGroup;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/** A health group that cannot be asked stops the start. */
class HealthGroupPropertyTests {

	private static final String PROPERTY = "etcd.discovery.registration.health-group";

	@Test
	void isThereWhereTheGroupIs() {
		withHealth("mine").withPropertyValues("management.endpoint.health.group.mine.include=ping")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(HealthGroup.class));
	}

	@Test
	void isNotThereWithoutTheProperty() {
		Contexts.provider()
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdAutoServiceRegistration.class)
				.doesNotHaveBean(HealthGroup.class));
	}

	@Test
	void aGroupThatDoesNotExistIsNamedWithThoseThatDo() {
		assertThat(FailedStart
			.of(withHealth("none").withPropertyValues("management.endpoint.health.group.mine.include=ping")))
			.contains(PROPERTY, "'none'", "[mine]", "management.endpoint.health.group.none.include");
	}

	@Test
	void noActuatorIsNamed() {
		assertThat(FailedStart.of(Contexts.provider().withPropertyValues(PROPERTY + "=readiness"))).contains(PROPERTY,
				"'readiness'", "spring-boot-starter-actuator");
		Contexts.without("org.springframework.boot.actuate", "org.springframework.boot.health")
			.withPropertyValues(PROPERTY + "=readiness")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(PROPERTY));
	}

	@Test
	void withoutARemovalOnShutdownItIsRefused() {
		assertThat(FailedStart
			.of(withHealth("mine").withPropertyValues("etcd.discovery.registration.deregister-on-shutdown=false")))
			.contains(PROPERTY, "'mine'", "deregister-on-shutdown");
		assertThat(FailedStart.with("registration.health-group=")).contains(PROPERTY, "not empty");
	}

	@Test
	void aClientNeedsNone() {
		withHealth("none").withPropertyValues("etcd.discovery.registration.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthGroup.class));
	}

	private static ApplicationContextRunner withHealth(String group) {
		return Contexts.provider()
			.withConfiguration(AutoConfigurations.of(HealthContributorRegistryAutoConfiguration.class,
					HealthEndpointAutoConfiguration.class))
			.withPropertyValues(PROPERTY + "=" + group, "management.endpoints.web.exposure.include=*");
	}

}
