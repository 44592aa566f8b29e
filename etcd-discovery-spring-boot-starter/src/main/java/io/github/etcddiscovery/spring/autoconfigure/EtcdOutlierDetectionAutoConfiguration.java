package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.EndpointPost;
import io.github.etcddiscovery.spring.EtcdLoadBalancerProperties;
import io.github.etcddiscovery.spring.EtcdLoadBalancerProperties.OutlierDetection;
import io.github.etcddiscovery.spring.discovery.InstanceLists;
import io.github.etcddiscovery.spring.loadbalancer.CacheEviction;
import io.github.etcddiscovery.spring.outlier.EjectionMeters;
import io.github.etcddiscovery.spring.outlier.EjectionPost;
import io.github.etcddiscovery.spring.outlier.OutlierLifecycle;
import io.github.etcddiscovery.spring.outlier.OutlierOptions;
import io.github.etcddiscovery.spring.outlier.Outliers;
import io.github.etcddiscovery.spring.outlier.WithoutEjectedConfiguration;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClients;
import org.springframework.cloud.loadbalancer.config.LoadBalancerAutoConfiguration;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Instances that fail are not chosen. What is learnt from calls stands beside Spring
 * Cloud's clients, what comes of it below its suppliers of instances.
 */
@AutoConfiguration(after = EtcdLoadBalancerAutoConfiguration.class, before = LoadBalancerAutoConfiguration.class)
@ConditionalOnClass(LoadBalancerClientFactory.class)
@ConditionalOnEtcdDiscoveryEnabled
@ConditionalOnBean(EtcdResolver.class)
@ConditionalOnProperty(
		name = { "spring.cloud.loadbalancer.enabled", "etcd.discovery.loadbalancer.outlier-detection.enabled" },
		matchIfMissing = true)
@EnableConfigurationProperties(EtcdLoadBalancerProperties.class)
@LoadBalancerClients(defaultConfiguration = WithoutEjectedConfiguration.class)
public final class EtcdOutlierDetectionAutoConfiguration {

	EtcdOutlierDetectionAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	OutlierOptions etcdDiscoveryOutlierOptions(EtcdLoadBalancerProperties properties) {
		OutlierDetection wanted = properties.outlierDetection();
		return new OutlierOptions(wanted.consecutiveFailures(), wanted.statuses(), wanted.probe(), wanted.duration(),
				wanted.maxEjected());
	}

	@Bean
	@ConditionalOnMissingBean
	Outliers etcdDiscoveryOutliers(OutlierOptions options, EtcdResolver resolver) {
		return Outliers.create(options, resolver.probe());
	}

	@Bean
	@ConditionalOnMissingBean
	OutlierLifecycle etcdDiscoveryOutlierLifecycle(Outliers outliers, OutlierOptions options) {
		return new OutlierLifecycle(outliers, options.statuses());
	}

	/**
	 * Where Spring Cloud keeps lists, they are to lack whoever is left out from now on.
	 */
	@Bean
	SmartInitializingSingleton etcdDiscoveryEvictionOfEjected(Outliers outliers,
			ObjectProvider<CacheEviction> evictions) {
		return () -> evictions.ifAvailable((eviction) -> outliers.onChange(eviction::serviceChanged));
	}

	@Bean
	EndpointPost etcdDiscoveryEjectPost(Outliers outliers, InstanceLists lists) {
		return EjectionPost.eject(outliers, (hostPort) -> lists.forEachWith(hostPort, outliers::withoutEjected));
	}

	@Bean
	EndpointPost etcdDiscoveryReturnPost(Outliers outliers) {
		return EjectionPost.giveBack(outliers);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetersConfiguration {

		@Bean
		@ConditionalOnMissingBean
		EjectionMeters etcdDiscoveryEjectionMeters(Outliers outliers) {
			return new EjectionMeters(outliers);
		}

	}

}
