package io.github.etcddiscovery.spring.autoconfigure;

import java.util.List;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.spring.EtcdDiscoveryProperties;
import io.github.etcddiscovery.spring.EtcdResolverProperties;
import io.github.etcddiscovery.spring.EtcdRetryProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import io.github.etcddiscovery.spring.ServiceAliases;
import io.github.etcddiscovery.spring.actuate.GuardMeter;
import io.github.etcddiscovery.spring.discovery.EtcdDiscoveryClient;
import io.github.etcddiscovery.spring.discovery.EtcdReactiveDiscoveryClient;
import io.github.etcddiscovery.spring.discovery.HeartbeatPublisher;
import io.github.etcddiscovery.spring.discovery.InstanceLists;
import io.micrometer.core.instrument.binder.MeterBinder;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.cloud.client.CommonsClientAutoConfiguration;
import org.springframework.cloud.client.ConditionalOnBlockingDiscoveryEnabled;
import org.springframework.cloud.client.ConditionalOnDiscoveryHealthIndicatorEnabled;
import org.springframework.cloud.client.ConditionalOnReactiveDiscoveryEnabled;
import org.springframework.cloud.client.ReactiveCommonsClientAutoConfiguration;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.composite.reactive.ReactiveCompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.health.DiscoveryClientHealthIndicatorProperties;
import org.springframework.cloud.client.discovery.health.reactive.ReactiveDiscoveryClientHealthIndicator;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryClientAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Discovery: the resolver, both of Spring Cloud's discovery clients on it, and the
 * heartbeat.
 */
@AutoConfiguration(after = EtcdClientAutoConfiguration.class,
		before = { CommonsClientAutoConfiguration.class, ReactiveCommonsClientAutoConfiguration.class,
				SimpleDiscoveryClientAutoConfiguration.class, SimpleReactiveDiscoveryClientAutoConfiguration.class,
				CompositeDiscoveryClientAutoConfiguration.class,
				ReactiveCompositeDiscoveryClientAutoConfiguration.class })
@ConditionalOnEtcdDiscoveryEnabled
@ConditionalOnProperty(name = "etcd.discovery.resolver.enabled", matchIfMissing = true)
@EnableConfigurationProperties(EtcdResolverProperties.class)
public final class EtcdResolverAutoConfiguration {

	EtcdResolverAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	EtcdResolver etcdDiscoveryResolver(EtcdClient client, ResolverOptions options) {
		return EtcdResolver.create(client, options);
	}

	@Bean
	@ConditionalOnMissingBean
	ResolverOptions etcdDiscoveryResolverOptions(Layouts layouts, EtcdDiscoveryProperties discovery,
			EtcdResolverProperties resolver, EtcdRetryProperties retry, LeaseTtl ttl,
			ObjectProvider<DiscoveryObserver> observers) {
		if (layouts.discovering().isEmpty()) {
			throw new InvalidEtcdPropertyException("etcd.discovery.layouts", layouts.registering(),
					"none of them discovers (expected: one that does, or etcd.discovery.resolver.enabled=false)");
		}
		DiscoveredNames.check(resolver, layouts.discovering());
		return withDeniedAddresses(resolver.deniedAddresses()).withLayouts(layouts.discovering())
			.withScope(resolver.scope())
			.withDefaultWeight(discovery.defaultWeight())
			.withTiming(resolver.toTiming(retry.toOptions()))
			.withGuard(resolver.massLossGuard().toOptions(ttl.value()))
			.withSnapshotFile(resolver.toSnapshotFile())
			.withObserver(Observers.of(observers));
	}

	private static ResolverOptions withDeniedAddresses(List<String> blocks) {
		try {
			return ResolverOptions.defaults().withDeniedAddresses(blocks);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEtcdPropertyException("etcd.discovery.resolver.denied-addresses", blocks,
					"cannot be used: " + ex.getMessage(), ex);
		}
	}

	@Bean
	InstanceLists etcdDiscoveryInstanceLists(EtcdResolver resolver, EtcdResolverProperties properties) {
		return InstanceLists.of(resolver, new ServiceAliases(properties.aliases()));
	}

	@Bean
	@ConditionalOnMissingBean
	HeartbeatPublisher etcdDiscoveryHeartbeatPublisher(EtcdResolver resolver, ApplicationContext context) {
		return new HeartbeatPublisher(resolver, context, ListenerThread.of("etcd-discovery-heartbeat", context));
	}

	@Bean
	SmartLifecycle etcdDiscoveryPreload(InstanceLists lists, EtcdResolverProperties properties) {
		return lists.preload(properties.preload());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBlockingDiscoveryEnabled
	static class BlockingConfiguration {

		@Bean
		@ConditionalOnMissingBean
		EtcdDiscoveryClient etcdDiscoveryClient(InstanceLists lists, EtcdDiscoveryProperties properties) {
			return new EtcdDiscoveryClient(lists, properties.order());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Flux.class)
	@ConditionalOnReactiveDiscoveryEnabled
	static class ReactiveConfiguration {

		@Bean
		@ConditionalOnMissingBean
		EtcdReactiveDiscoveryClient etcdDiscoveryReactiveClient(InstanceLists lists,
				EtcdDiscoveryProperties properties) {
			return new EtcdReactiveDiscoveryClient(lists, properties.order());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class GuardMeterConfiguration {

		@Bean
		MeterBinder etcdDiscoveryGuardMeter(EtcdResolver resolver) {
			return new GuardMeter(resolver);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Flux.class, ReactiveHealthIndicator.class })
	@ConditionalOnReactiveDiscoveryEnabled
	@ConditionalOnDiscoveryHealthIndicatorEnabled
	@EnableConfigurationProperties(DiscoveryClientHealthIndicatorProperties.class)
	static class ReactiveHealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "etcdDiscoveryReactiveClientHealthIndicator")
		ReactiveDiscoveryClientHealthIndicator etcdDiscoveryReactiveClientHealthIndicator(
				EtcdReactiveDiscoveryClient client, DiscoveryClientHealthIndicatorProperties properties) {
			return new ReactiveDiscoveryClientHealthIndicator(client, properties);
		}

	}

}
