package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.EtcdRetryProperties;
import io.github.etcddiscovery.spring.registration.EtcdServiceRegistry;
import io.github.etcddiscovery.spring.registration.OwnInstance;
import io.github.etcddiscovery.spring.registration.RegistrationStateChangedEvent;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.cloud.client.serviceregistry.ServiceRegistryAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * The registry, for the application itself and for whatever users register by hand.
 */
@AutoConfiguration(after = EtcdClientAutoConfiguration.class, before = ServiceRegistryAutoConfiguration.class)
@ConditionalOnEtcdDiscoveryEnabled
@ConditionalOnProperty(name = "spring.cloud.service-registry.enabled", matchIfMissing = true)
@Conditional(OnRegisteringLayout.class)
public final class EtcdServiceRegistryAutoConfiguration {

	EtcdServiceRegistryAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	EtcdRegistry etcdDiscoveryRegistry(EtcdClient client, RegistryOptions options) {
		return EtcdRegistry.create(client, options);
	}

	@Bean
	@ConditionalOnMissingBean
	RegistryOptions etcdDiscoveryRegistryOptions(Layouts layouts, LeaseTtl ttl, EtcdRegistrationProperties properties,
			EtcdRetryProperties retry, ObjectProvider<DiscoveryObserver> observers) {
		return RegistryOptions.defaults()
			.withLayouts(layouts.registering())
			.withTtl(ttl.value())
			.withRetry(retry.toOptions())
			.withRemoveOnClose(properties.deregisterOnShutdown())
			.withEdits(properties.acceptEdits(), OwnInstance.GENERATED_TAGS)
			.withObserver(Observers.of(observers));
	}

	/** Closing it closes core's registry, which is a bean of its own. */
	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	EtcdServiceRegistry etcdDiscoveryServiceRegistry(EtcdRegistry registry) {
		return new EtcdServiceRegistry(registry);
	}

	@Bean
	DiscoveryObserver etcdDiscoveryStateEvents(ApplicationContext context) {
		return RegistrationStateChangedEvent.observer(context, ListenerThread.of("etcd-discovery-events", context));
	}

}
