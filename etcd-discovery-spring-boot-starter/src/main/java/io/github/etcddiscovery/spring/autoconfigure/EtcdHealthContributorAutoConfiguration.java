package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.EtcdRetryProperties;
import io.github.etcddiscovery.spring.actuate.EtcdHealthIndicator;
import io.github.etcddiscovery.spring.actuate.OutOfRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * The health indicator {@code etcd}.
 */
@AutoConfiguration(after = { EtcdServiceRegistryAutoConfiguration.class, EtcdResolverAutoConfiguration.class })
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEtcdDiscoveryEnabled
@ConditionalOnEnabledHealthIndicator("etcd")
@ConditionalOnBean(EtcdClient.class)
public final class EtcdHealthContributorAutoConfiguration {

	EtcdHealthContributorAutoConfiguration() {
	}

	@Bean
	OutOfRegistry etcdDiscoveryOutOfRegistry() {
		return new OutOfRegistry();
	}

	@Bean
	@ConditionalOnMissingBean(name = { "etcdHealthIndicator", "etcdHealthContributor" })
	EtcdHealthIndicator etcdHealthContributor(EtcdClient client, Layouts layouts, ObjectProvider<EtcdRegistry> registry,
			ObjectProvider<EtcdResolver> resolver, OutOfRegistry outOfRegistry, Environment environment,
			EtcdHealthIndicator.Tolerance tolerance) {
		return new EtcdHealthIndicator(client,
				layouts.access(environment, registry.getIfAvailable() != null).ranges().get(0),
				registry.getIfAvailable(), resolver.getIfAvailable(), outOfRegistry, tolerance);
	}

	@Bean
	EtcdHealthIndicator.Tolerance etcdDiscoveryHealthTolerance(LeaseTtl ttl, EtcdRetryProperties retry) {
		return new EtcdHealthIndicator.Tolerance(ttl.value(), retry.toOptions().stopWhenExhausted());
	}

}
