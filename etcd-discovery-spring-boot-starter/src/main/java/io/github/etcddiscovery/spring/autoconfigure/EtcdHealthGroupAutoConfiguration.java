package io.github.etcddiscovery.spring.autoconfigure;

import java.util.TreeSet;

import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import io.github.etcddiscovery.spring.actuate.GroupHealth;
import io.github.etcddiscovery.spring.registration.EtcdAutoServiceRegistration;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import io.github.etcddiscovery.spring.registration.HealthGroup;
import io.github.etcddiscovery.spring.registration.HealthGroup.Question;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.Assert;

/**
 * A health group that keeps this application out of the registry while it is not UP.
 */
@AutoConfiguration(after = EtcdAutoServiceRegistrationAutoConfiguration.class,
		afterName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration")
@ConditionalOnEtcdDiscoveryEnabled
@ConditionalOnBean({ EtcdAutoServiceRegistration.class, EtcdRegistration.class })
@ConditionalOnProperty(EtcdRegistrationProperties.HEALTH_GROUP)
public final class EtcdHealthGroupAutoConfiguration {

	EtcdHealthGroupAutoConfiguration() {
	}

	@Bean
	HealthGroup etcdDiscoveryHealthGroup(EtcdRegistrationProperties properties, ObjectProvider<Question> question,
			EtcdRegistration registration, ApplicationContext context) {
		Question asked = question.getIfAvailable(() -> {
			throw refused(properties, "but there is no health endpoint (expected: spring-boot-starter-actuator, and an "
					+ "endpoint health that is neither disabled nor hidden)");
		});
		return new HealthGroup(asked, registration, context, ListenerThread.of("etcd-discovery-health-group", context),
				ListenerThread.of("etcd-discovery-health", context));
	}

	private static InvalidEtcdPropertyException refused(EtcdRegistrationProperties properties, String reason) {
		return new InvalidEtcdPropertyException(EtcdRegistrationProperties.HEALTH_GROUP, properties.healthGroup(),
				reason);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthEndpointGroups.class)
	@ConditionalOnBean({ HealthEndpointGroups.class, HealthContributorRegistry.class })
	static class GroupConfiguration {

		@Bean
		Question etcdDiscoveryHealthGroupQuestion(EtcdRegistrationProperties properties, HealthEndpointGroups groups,
				HealthContributorRegistry blocking, ObjectProvider<ReactiveHealthContributorRegistry> reactive) {
			String name = properties.healthGroup();
			Assert.state(name != null, "The health group has gone since the conditions were evaluated");
			HealthEndpointGroup group = groups.get(name);
			if (group == null) {
				throw refused(properties, "is no health group (expected: one of " + new TreeSet<>(groups.getNames())
						+ ", or management.endpoint.health.group." + name + ".include)");
			}
			ReactiveHealthContributorRegistry other = reactive.getIfAvailable();
			GroupHealth health = new GroupHealth(group,
					(other != null) ? HealthContributors.of(blocking, other.asHealthContributors()) : blocking);
			return new Question(name, health::status);
		}

	}

}
