package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Collections;

import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.EndpointPost;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.EtcdResolverProperties;
import io.github.etcddiscovery.spring.ServiceAliases;
import io.github.etcddiscovery.spring.actuate.EtcdDiscoveryEndpoint;
import io.github.etcddiscovery.spring.actuate.EtcdDiscoveryEndpointProperties;
import io.github.etcddiscovery.spring.actuate.EtcdDiscoveryEndpointWebExtension;
import io.github.etcddiscovery.spring.outlier.Outliers;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import io.github.etcddiscovery.spring.registration.EtcdServiceRegistry;
import io.github.etcddiscovery.spring.registration.MetadataPost;
import io.github.etcddiscovery.spring.registration.StatusPost;
import io.github.etcddiscovery.spring.registration.WeightPost;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The endpoint {@code etcddiscovery}.
 */
@AutoConfiguration(
		after = { EtcdAutoServiceRegistrationAutoConfiguration.class, EtcdOutlierDetectionAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnEtcdDiscoveryEnabled
@ConditionalOnBean(EtcdConnectionDetails.class)
@EnableConfigurationProperties(EtcdDiscoveryEndpointProperties.class)
public final class EtcdDiscoveryEndpointAutoConfiguration {

	EtcdDiscoveryEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint
	EtcdDiscoveryEndpoint etcdDiscoveryEndpoint(EtcdConnectionDetails details, ObjectProvider<EtcdRegistry> registry,
			ObjectProvider<EtcdResolver> resolver, EtcdDiscoveryEndpointProperties properties,
			EjectedByService ejected) {
		return new EtcdDiscoveryEndpoint(details::getEndpoints, registry.getIfAvailable(), resolver.getIfAvailable(),
				ejected, properties.showValues());
	}

	@Bean
	@ConditionalOnMissingBean
	EjectedByService etcdDiscoveryEjectedByService(ObjectProvider<Outliers> outliers,
			ObjectProvider<EtcdResolverProperties> resolver) {
		EtcdResolverProperties properties = resolver.getIfAvailable();
		return new EjectedByService(outliers.getIfAvailable(),
				new ServiceAliases((properties != null) ? properties.aliases() : Collections.emptyMap()));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean({ EtcdRegistration.class, EtcdServiceRegistry.class })
	static class OwnRegistrationConfiguration {

		@Bean
		EndpointPost etcdDiscoveryWeightPost(EtcdRegistration registration) {
			return new WeightPost(registration);
		}

		@Bean
		EndpointPost etcdDiscoveryMetadataPost(EtcdRegistration registration) {
			return new MetadataPost(registration);
		}

		@Bean
		EndpointPost etcdDiscoveryStatusPost(EtcdServiceRegistry registry, EtcdRegistration registration) {
			return new StatusPost(registry, registration);
		}

	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(EtcdDiscoveryEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	EtcdDiscoveryEndpointWebExtension etcdDiscoveryEndpointWebExtension(EtcdDiscoveryEndpoint endpoint,
			EtcdDiscoveryEndpointProperties properties) {
		return new EtcdDiscoveryEndpointWebExtension(endpoint, properties.showValues(), properties.roles());
	}

}
