package io.github.etcddiscovery.spring.autoconfigure;

import java.util.List;

import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import io.github.etcddiscovery.spring.registration.ClientOnly;
import io.github.etcddiscovery.spring.registration.EtcdAutoServiceRegistration;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import io.github.etcddiscovery.spring.registration.EtcdServiceRegistry;
import io.github.etcddiscovery.spring.registration.OwnInstance;
import io.github.etcddiscovery.spring.registration.ServerPorts;
import io.github.etcddiscovery.spring.registration.WebServerListener;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistrationAutoConfiguration;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.commons.util.UtilAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.Assert;

/**
 * Registers the application itself, where it has a name and a port and nobody has said
 * no.
 */
@AutoConfiguration(after = { EtcdServiceRegistryAutoConfiguration.class, UtilAutoConfiguration.class },
		before = AutoServiceRegistrationAutoConfiguration.class)
@ConditionalOnEtcdDiscoveryEnabled
public final class EtcdAutoServiceRegistrationAutoConfiguration {

	private static final String ALL = "spring.cloud.service-registry.enabled";

	private static final String AUTO = "spring.cloud.service-registry.auto-registration.enabled";

	private static final String OWN = "etcd.discovery.registration.enabled";

	EtcdAutoServiceRegistrationAutoConfiguration() {
	}

	/**
	 * Decided last: the bean methods of a class come after those of its nested classes.
	 */
	@Bean
	@ConditionalOnMissingBean(EtcdAutoServiceRegistration.class)
	ClientOnly etcdDiscoveryClientOnly(ApplicationContext context, Layouts layouts) {
		return new ClientOnly(context, reason(context.getEnvironment(), layouts));
	}

	private static @Nullable String reason(Environment environment, Layouts layouts) {
		boolean demanded = environment.getProperty(OWN, Boolean.class, false);
		boolean named = NamedApplication.name(environment) != null;
		for (String whole : List.of(ALL, AUTO)) {
			if (!environment.getProperty(whole, Boolean.class, true)) {
				return demanded ? whole + " is false, which counts more than " + OWN : null;
			}
		}
		if (demanded && !named) {
			throw new InvalidEtcdPropertyException("spring.application.name", null,
					"is not set, nor is etcd.discovery.service-name; but " + OWN + " is true, which wants a name");
		}
		if (demanded && layouts.registering().isEmpty()) {
			throw new InvalidEtcdPropertyException(OWN, true,
					"but none of etcd.discovery.layouts registers (expected: one whose register is not false)");
		}
		if (named || !environment.getProperty(OWN, Boolean.class, true)) {
			return null;
		}
		return "it has no service name: set spring.application.name, or " + OWN + " to false if that is right";
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(EtcdServiceRegistry.class)
	@ConditionalOnProperty(name = { AUTO, OWN }, matchIfMissing = true)
	@Conditional(NamedApplication.class)
	static class RegistrationConfiguration {

		@Bean
		@ConditionalOnMissingBean
		EtcdRegistration etcdDiscoveryRegistration(Environment environment) {
			String name = NamedApplication.name(environment);
			Assert.state(name != null, "The name of the service has gone since the conditions were evaluated");
			return new EtcdRegistration(name);
		}

		@Bean
		ServerPorts etcdDiscoveryServerPorts() {
			return new ServerPorts();
		}

		@Bean
		OwnInstance etcdDiscoveryOwnInstance(EtcdRegistrationProperties properties, Environment environment,
				ObjectProvider<InetUtils> network, ServerPorts ports, Layouts layouts) {
			return new OwnInstance(properties, environment,
					network.getIfAvailable(() -> new InetUtils(new InetUtilsProperties())), ports,
					layouts.registering());
		}

		@Bean
		@ConditionalOnMissingBean
		EtcdAutoServiceRegistration etcdDiscoveryAutoServiceRegistration(EtcdRegistration registration,
				EtcdServiceRegistry registry, OwnInstance self, EtcdRegistrationProperties properties,
				ApplicationContext context, ObjectProvider<RegistrationLifecycle<EtcdRegistration>> lifecycles) {
			return new EtcdAutoServiceRegistration(registration, registry, self, properties, context,
					lifecycles.orderedStream().toList());
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(WebServerInitializedEvent.class)
		static class WebServerConfiguration {

			@Bean
			WebServerListener etcdDiscoveryWebServerListener(ApplicationContext context, ServerPorts ports) {
				return new WebServerListener(context, ports);
			}

		}

	}

}
