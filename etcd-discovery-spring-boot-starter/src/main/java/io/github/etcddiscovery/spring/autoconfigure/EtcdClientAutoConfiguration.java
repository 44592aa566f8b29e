package io.github.etcddiscovery.spring.autoconfigure;

import java.util.List;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientCustomizer;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.EtcdConnectionProperties;
import io.github.etcddiscovery.spring.EtcdDiscoveryProperties;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.EtcdRetryProperties;
import io.github.etcddiscovery.spring.connection.BackgroundClient;
import io.github.etcddiscovery.spring.connection.Connections;
import io.github.etcddiscovery.spring.registration.EtcdAutoServiceRegistration;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * The connection to etcd, used by registration and discovery alike.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnEtcdDiscoveryEnabled
@EnableConfigurationProperties({ EtcdConnectionProperties.class, EtcdDiscoveryProperties.class,
		EtcdRegistrationProperties.class, EtcdRetryProperties.class })
public final class EtcdClientAutoConfiguration {

	EtcdClientAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(EtcdConnectionDetails.class)
	EtcdConnectionDetails etcdDiscoveryConnectionDetails(EtcdConnectionProperties properties,
			ObjectProvider<SslBundles> sslBundles) {
		return Connections.details(properties, sslBundles.getIfAvailable());
	}

	/** Lazy: to make it asks the connection details, which can be slow. */
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	EtcdClientSettings etcdDiscoveryClientSettings(EtcdConnectionDetails details, EtcdConnectionProperties properties) {
		return Connections.settings(details, properties);
	}

	/** By its own type, so that the context sees that it is to be started. */
	@Bean
	@ConditionalOnMissingBean(EtcdClient.class)
	BackgroundClient etcdDiscoveryEtcdClient(ObjectProvider<EtcdClientSettings> settings, EtcdConnectionDetails details,
			EtcdConnectionProperties properties, ObjectProvider<EtcdClientCustomizer> customizers,
			ListableBeanFactory beans) {
		List<EtcdClientCustomizer> all = customizers.orderedStream().toList();
		return beans.containsBean("etcdDiscoveryClientSettings") ? Connections.client(details, all, properties)
				: Connections.client(settings.getObject(), all, properties);
	}

	@Bean
	UnknownProperties etcdDiscoveryUnknownProperties(Environment environment) {
		return new UnknownProperties(environment);
	}

	@Bean
	Layouts etcdDiscoveryLayouts(EtcdDiscoveryProperties properties, ListableBeanFactory beans) {
		return Layouts.of(properties, beans.getBeansOfType(InstanceCodec.class));
	}

	/** Also where nothing is registered: what vanishes is judged by it. */
	@Bean
	LeaseTtl etcdDiscoveryLeaseTtl(EtcdRegistrationProperties properties, Layouts layouts, Environment environment) {
		return LeaseTtl.of(properties, layouts.registering(), environment);
	}

	@Bean
	@ConditionalOnProperty("etcd.discovery.fail-fast")
	StartupProof etcdDiscoveryStartupProof(EtcdClient client, Layouts layouts, EtcdConnectionDetails details,
			EtcdConnectionProperties properties, Environment environment, ListableBeanFactory beans) {
		boolean registers = beans.getBeanNamesForType(EtcdAutoServiceRegistration.class, true, false).length > 0;
		return new StartupProof(client, layouts.access(environment, registers), details::getEndpoints,
				properties.startTimeout());
	}

}
