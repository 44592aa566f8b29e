package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.actuate.EtcdDiscoveryEndpoint;
import io.github.etcddiscovery.spring.actuate.EtcdHealthIndicator;
import io.github.etcddiscovery.spring.discovery.EtcdDiscoveryClient;
import io.github.etcddiscovery.spring.discovery.EtcdReactiveDiscoveryClient;
import io.github.etcddiscovery.spring.discovery.HeartbeatPublisher;
import io.github.etcddiscovery.spring.loadbalancer.CacheEviction;
import io.github.etcddiscovery.spring.outlier.EjectionMeters;
import io.github.etcddiscovery.spring.outlier.OutlierLifecycle;
import io.github.etcddiscovery.spring.outlier.Outliers;
import io.github.etcddiscovery.spring.registration.ClientOnly;
import io.github.etcddiscovery.spring.registration.EtcdAutoServiceRegistration;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import io.github.etcddiscovery.spring.registration.EtcdServiceRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistration;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.cloud.client.serviceregistry.ServiceRegistry;
import org.springframework.cloud.loadbalancer.config.LoadBalancerZoneConfig;

import static org.assertj.core.api.Assertions.assertThat;

/** What is there, and what switches it off. */
class AutoConfigurationTests {

	@Test
	void everythingIsThereWithoutAnyPropertyOfOurs() {
		Contexts.provider()
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdClient.class)
				.hasSingleBean(EtcdConnectionDetails.class)
				.hasSingleBean(EtcdRegistry.class)
				.hasSingleBean(EtcdResolver.class)
				.hasSingleBean(EtcdDiscoveryClient.class)
				.hasSingleBean(EtcdReactiveDiscoveryClient.class)
				.hasSingleBean(HeartbeatPublisher.class)
				.hasSingleBean(CacheEviction.class)
				.hasSingleBean(Outliers.class)
				.hasSingleBean(OutlierLifecycle.class)
				.hasSingleBean(EjectionMeters.class)
				.hasSingleBean(EtcdHealthIndicator.class)
				.hasSingleBean(ServiceRegistry.class)
				.hasSingleBean(Registration.class)
				.hasSingleBean(AutoServiceRegistration.class)
				.doesNotHaveBean(ClientOnly.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd.discovery.enabled=false", "spring.cloud.discovery.enabled=false" })
	void nothingIsThereWhenSwitchedOff(String property) {
		Contexts.provider()
			.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(EtcdClient.class)
				.doesNotHaveBean(EtcdRegistry.class)
				.doesNotHaveBean(EtcdResolver.class)
				.doesNotHaveBean(ClientOnly.class)
				.doesNotHaveBean(EtcdHealthIndicator.class)
				.doesNotHaveBean(EtcdDiscoveryEndpoint.class)
				.doesNotHaveBean(AutoServiceRegistration.class));
	}

	@Test
	void blockingAndReactiveDiscoveryAreSwitchedOffOnTheirOwn() {
		Contexts.client()
			.withPropertyValues("spring.cloud.discovery.blocking.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(EtcdDiscoveryClient.class)
				.hasSingleBean(EtcdReactiveDiscoveryClient.class));
		Contexts.client()
			.withPropertyValues("spring.cloud.discovery.reactive.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(EtcdReactiveDiscoveryClient.class)
				.hasSingleBean(EtcdDiscoveryClient.class));
	}

	@Test
	void resolverIsSwitchedOffOnItsOwn() {
		Contexts.provider()
			.withPropertyValues("etcd.discovery.resolver.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(EtcdResolver.class)
				.doesNotHaveBean(EtcdDiscoveryClient.class)
				.doesNotHaveBean(CacheEviction.class)
				.hasSingleBean(EtcdAutoServiceRegistration.class)
				.hasSingleBean(EtcdHealthIndicator.class));
	}

	@Test
	void outlierDetectionDoesNotNeedWhatElseWeHaveForTheBalancer() {
		Contexts.without()
			.withPropertyValues("spring.autoconfigure.exclude=" + EtcdLoadBalancerAutoConfiguration.class.getName())
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Outliers.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd.discovery.loadbalancer.outlier-detection.enabled=false",
			"spring.cloud.loadbalancer.enabled=false", "etcd.discovery.resolver.enabled=false" })
	void outlierDetectionIsSwitchedOffOnItsOwn(String property) {
		Contexts.provider()
			.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(Outliers.class)
				.doesNotHaveBean(OutlierLifecycle.class)
				.doesNotHaveBean(EjectionMeters.class)
				.doesNotHaveBean("default." + EtcdOutlierDetectionAutoConfiguration.class.getName()
						+ ".LoadBalancerClientSpecification"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.cloud.service-registry.auto-registration.enabled=false",
			"etcd.discovery.registration.enabled=false" })
	void withoutAutoRegistrationThereIsStillARegistryToRegisterByHand(String property) {
		Contexts.provider()
			.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdServiceRegistry.class)
				.doesNotHaveBean(AutoServiceRegistration.class)
				.doesNotHaveBean(EtcdRegistration.class)
				.hasSingleBean(ClientOnly.class));
	}

	@Test
	void autoRegistrationOfSpringCloudMayInsistOnUs() {
		Contexts.provider()
			.withPropertyValues("spring.cloud.service-registry.auto-registration.fail-fast=true")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void layoutsThatOnlyDiscoverNeedNoRegistry() {
		Contexts.provider()
			.withPropertyValues("etcd.discovery.layouts[0].format=kitex", "etcd.discovery.layouts[0].register=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(EtcdRegistry.class)
				.hasSingleBean(EtcdResolver.class)
				.hasSingleBean(EtcdHealthIndicator.class)
				.hasSingleBean(ClientOnly.class));
	}

	@Test
	void healthIsSwitchedOffTheStandardWay() {
		Contexts.provider()
			.withPropertyValues("management.health.etcd.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(EtcdHealthIndicator.class));
	}

	@Test
	void ourZoneIsTheZoneOfTheLoadBalancerUnlessItHasOne() {
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.zone=a")
			.run((context) -> assertThat(context.getBean(LoadBalancerZoneConfig.class).getZone()).isEqualTo("a"));
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.zone=a", "spring.cloud.loadbalancer.zone=b")
			.run((context) -> assertThat(context.getBean(LoadBalancerZoneConfig.class).getZone()).isEqualTo("b"));
		Contexts.provider()
			.run((context) -> assertThat(context.getBean(LoadBalancerZoneConfig.class).getZone()).isNull());
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.zone=")
			.run((context) -> assertThat(context.getBean(LoadBalancerZoneConfig.class).getZone()).isNull());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void thePasswordIsNotShownWhetherDiscoveryIsOnOrOff(boolean enabled) {
		Contexts.client().withPropertyValues("etcd.discovery.enabled=" + enabled).run((context) -> {
			SanitizingFunction sanitizer = context.getBean("etcdDiscoveryPasswordSanitizer", SanitizingFunction.class);
			assertThat(sanitizer.apply(new SanitizableData(null, "etcd.discovery.password", "s3cret")).getValue())
				.isEqualTo(SanitizableData.SANITIZED_VALUE);
			assertThat(sanitizer.apply(new SanitizableData(null, "etcd.discovery.username", "alice")).getValue())
				.isEqualTo("alice");
		});
	}

}
