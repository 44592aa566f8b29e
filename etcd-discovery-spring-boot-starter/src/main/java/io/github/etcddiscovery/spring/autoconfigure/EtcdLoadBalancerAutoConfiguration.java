package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.EtcdLoadBalancerProperties;
import io.github.etcddiscovery.spring.EtcdResolverProperties;
import io.github.etcddiscovery.spring.ServiceAliases;
import io.github.etcddiscovery.spring.loadbalancer.CacheEviction;
import io.github.etcddiscovery.spring.loadbalancer.LbClientRequestTransformer;
import io.github.etcddiscovery.spring.loadbalancer.LbRequestTransformer;
import io.github.etcddiscovery.spring.loadbalancer.WeightedConfiguration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClients;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.config.LoadBalancerAutoConfiguration;
import org.springframework.cloud.loadbalancer.config.LoadBalancerZoneConfig;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpRequest;
import org.springframework.web.reactive.function.client.ClientRequest;

/**
 * What Spring Cloud LoadBalancer needs to know of us. Its suppliers of instances stay as
 * they are, so that all of its configurations keep working.
 */
@AutoConfiguration(after = EtcdResolverAutoConfiguration.class, before = LoadBalancerAutoConfiguration.class)
@ConditionalOnClass(LoadBalancerClientFactory.class)
@ConditionalOnEtcdDiscoveryEnabled
@ConditionalOnBean(EtcdResolver.class)
@ConditionalOnProperty(name = "spring.cloud.loadbalancer.enabled", matchIfMissing = true)
@EnableConfigurationProperties(EtcdLoadBalancerProperties.class)
public final class EtcdLoadBalancerAutoConfiguration {

	EtcdLoadBalancerAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty("etcd.discovery.registration.zone")
	LoadBalancerZoneConfig etcdDiscoveryZoneConfig(Environment environment) {
		String own = environment.getProperty("etcd.discovery.registration.zone", "");
		String zone = environment.getProperty("spring.cloud.loadbalancer.zone");
		return new LoadBalancerZoneConfig((zone != null || own.isBlank()) ? zone : own);
	}

	/** The manager of the cache is no candidate for injection, so it is looked up. */
	@Bean
	CacheEviction etcdDiscoveryCacheEviction(EtcdResolver resolver, ApplicationContext context,
			EtcdResolverProperties properties) {
		return new CacheEviction(resolver, context.getBeanProvider(LoadBalancerCacheManager.class),
				new ServiceAliases(properties.aliases()), ListenerThread.of("etcd-discovery-eviction", context));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "etcd.discovery.loadbalancer.weighted", matchIfMissing = true)
	@LoadBalancerClients(defaultConfiguration = WeightedConfiguration.class)
	static class WeightedBalancerConfiguration {

	}

	/** {@code RestClient} and {@code RestTemplate}: both are in the same jar. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HttpRequest.class)
	static class LbRequestConfiguration {

		@Bean
		@ConditionalOnMissingBean
		LbRequestTransformer etcdDiscoveryLbRequestTransformer() {
			return new LbRequestTransformer();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ClientRequest.class)
	static class LbClientRequestConfiguration {

		@Bean
		@ConditionalOnMissingBean
		LbClientRequestTransformer etcdDiscoveryLbClientRequestTransformer() {
			return new LbClientRequestTransformer();
		}

	}

}
