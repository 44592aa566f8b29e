package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientCustomizer;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.actuate.EtcdDiscoveryEndpoint;
import io.github.etcddiscovery.spring.actuate.EtcdHealthIndicator;
import io.github.etcddiscovery.spring.discovery.EtcdDiscoveryClient;
import io.github.etcddiscovery.spring.discovery.EtcdReactiveDiscoveryClient;
import io.github.etcddiscovery.spring.discovery.HeartbeatPublisher;
import io.github.etcddiscovery.spring.loadbalancer.CacheEviction;
import io.github.etcddiscovery.spring.registration.ClientOnly;
import io.github.etcddiscovery.spring.registration.EtcdAutoServiceRegistration;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import io.github.etcddiscovery.spring.registration.EtcdServiceRegistry;
import io.github.etcddiscovery.spring.registration.WebServerListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistration;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.cloud.client.serviceregistry.ServiceRegistry;
import org.springframework.cloud.loadbalancer.config.LoadBalancerZoneConfig;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

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
	void clientOnlyApplicationsAnnounceThemselvesToo() {
		Contexts.client()
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).hasSize(1));
		Contexts.bare()
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).hasSize(1));
		Contexts.client()
			.withPropertyValues("etcd.discovery.registration.enabled=false")
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).hasSize(1));
	}

	@Test
	void anApplicationThatRegistersAnnouncesItselfWhenItIsReadyAndNotBefore() {
		Contexts.provider()
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).isEmpty());
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.register-on=started")
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).hasSize(1));
	}

	@Test
	void worksWithoutLoadBalancer() {
		Contexts.without("org.springframework.cloud.loadbalancer")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdDiscoveryClient.class)
				.doesNotHaveBean(CacheEviction.class));
	}

	@Test
	void worksWithoutActuatorAndHealth() {
		Contexts.without("org.springframework.boot.actuate", "org.springframework.boot.health")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdAutoServiceRegistration.class)
				.doesNotHaveBean(EtcdHealthIndicator.class)
				.doesNotHaveBean(EtcdDiscoveryEndpoint.class));
	}

	@Test
	void worksWithoutWebFlux() {
		Contexts
			.without("org.springframework.web.reactive", "org.springframework.boot.webclient",
					"org.springframework.boot.webflux")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdDiscoveryClient.class)
				.doesNotHaveBean("etcdReactiveDiscoveryClient"));
	}

	@Test
	void worksWithoutReactor() {
		Contexts
			.without("reactor", "org.springframework.web.reactive", "org.springframework.cloud.loadbalancer",
					"org.springframework.boot.webclient", "org.springframework.boot.webflux",
					"org.springframework.boot.reactor")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("etcdReactiveDiscoveryClient"));
	}

	@Test
	void worksWithoutAnyWebServer() {
		Contexts
			.without("org.springframework.boot.web.server", "org.springframework.boot.tomcat",
					"org.springframework.boot.webmvc", "org.springframework.boot.webflux")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdAutoServiceRegistration.class)
				.doesNotHaveBean(WebServerListener.class));
	}

	@Test
	void healthIsSwitchedOffTheStandardWay() {
		Contexts.provider()
			.withPropertyValues("management.health.etcd.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(EtcdHealthIndicator.class));
	}

	@Test
	void healthTakesTheTtlThatIsReallyUsed() {
		Contexts.provider()
			.withPropertyValues("KITEX_ETCD_REGISTRY_LEASE_TTL=60")
			.run((context) -> assertThat(context.getBean(EtcdHealthIndicator.Tolerance.class).ttl())
				.isEqualTo(Duration.ofSeconds(60)));
	}

	@Test
	void aClientOfTheUserNeedsNothingOfOursWhenDiscoveryIsOff() {
		Contexts.provider()
			.withBean("mine", EtcdClient.class, () -> EtcdClient.connect(EtcdClientSettings.of("http://127.0.0.1:1")))
			.withBean("details", EtcdConnectionDetails.class, () -> () -> List.of("http://127.0.0.1:1"))
			.withPropertyValues("etcd.discovery.enabled=false", "management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(EtcdHealthIndicator.class)
				.doesNotHaveBean(EtcdDiscoveryEndpoint.class));
	}

	@Test
	void anObserverThatThrowsDoesNotSilenceTheOthers() {
		List<String> told = new CopyOnWriteArrayList<>();
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("first", new DiscoveryObserver() {
			@Override
			public void resync(String reason) {
				throw new IllegalStateException("broken");
			}
		});
		beans.addBean("second", new DiscoveryObserver() {
			@Override
			public void resync(String reason) {
				told.add(reason);
			}
		});
		Observers.of(beans.getBeanProvider(DiscoveryObserver.class)).resync("lost");
		assertThat(told).containsExactly("lost");
	}

	@Test
	void aClientThatCannotBeMadeStopsTheStartWithTheCause() {
		Contexts.provider().withBean(EtcdClientCustomizer.class, () -> (builder) -> {
			throw new ServiceConfigurationError("customizer failed");
		})
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("The client of etcd could not be made")
				.hasStackTraceContaining("customizer failed"));
	}

	@ParameterizedTest
	@CsvSource({ "order=0, kitex/registry-etcd/", "resolver.scope=service, kitex/registry-etcd/echo/",
			"resolver.enabled=false, kitex/registry-etcd/echo/",
			"service-name=other;resolver.enabled=false, kitex/registry-etcd/other/",
			"resolver.scope=service;resolver.preload=x;resolver.aliases.x=y, kitex/registry-etcd/echo/ kitex/registry-etcd/y/" })
	void accessIsProvenToWhatWillBeReadOnly(String properties, String prefixes) {
		Contexts.client()
			.withPropertyValues(
					Stream.of(properties.split(";")).map((each) -> "etcd.discovery." + each).toArray(String[]::new))
			.run((context) -> {
				Layouts.Access access = context.getBean(Layouts.class).access(context.getEnvironment());
				assertThat(access.ranges()).containsExactlyElementsOf(
						Stream.of(prefixes.split(" ")).map((prefix) -> KeyRange.prefix(Bytes.utf8(prefix))).toList());
				assertThat(access.deniedIsProof()).isFalse();
			});
	}

	@Test
	void withNothingToNameARefusalProvesThatEtcdAnswers() {
		Contexts.bare()
			.withPropertyValues("etcd.discovery.resolver.scope=service")
			.run((context) -> assertThat(
					context.getBean(Layouts.class).access(context.getEnvironment()).deniedIsProof())
				.isTrue());
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
	}

	@Test
	void beansOfTheUserWin() {
		EtcdConnectionDetails details = () -> List.of("http://127.0.0.1:1");
		Contexts.provider()
			.withBean("mine", EtcdConnectionDetails.class, () -> details)
			.run((context) -> assertThat(context).getBean(EtcdConnectionDetails.class).isSameAs(details));
	}

	@Test
	void aCodecOfTheUserCountsByTheNameOfItsBean() {
		Contexts.provider()
			.withBean("in-house", InstanceCodec.class, InHouse::new)
			.withPropertyValues("etcd.discovery.format=in-house", "etcd.discovery.prefix=our/own")
			.run((context) -> {
				Layouts layouts = context.getBean(Layouts.class);
				assertThat(layouts.registering()).singleElement()
					.satisfies((layout) -> assertThat(layout.prefix()).isEqualTo("our/own"));
				assertThat(layouts.registering().get(0).codec()).isInstanceOf(InHouse.class);
			});
	}

	@ParameterizedTest
	@CsvSource({ ", PT15S", "30, PT30S", "abc, PT15S", "1, PT2S", "100000, PT5M" })
	void ttlFallsBackToTheVariableOfKitex(@Nullable String variable, Duration expected) {
		Contexts.provider()
			.withPropertyValues((variable != null) ? "KITEX_ETCD_REGISTRY_LEASE_TTL=" + variable : "a=b")
			.run((context) -> assertThat(context.getBean(LeaseTtl.class).value()).isEqualTo(expected));
	}

	@Test
	void aTtlThatIsConfiguredWinsOverTheVariable() {
		Contexts.provider()
			.withPropertyValues("KITEX_ETCD_REGISTRY_LEASE_TTL=30", "etcd.discovery.registration.ttl=5s")
			.run((context) -> assertThat(context.getBean(LeaseTtl.class).value()).isEqualTo(Duration.ofSeconds(5)));
	}

	static class Announced {

		final List<InstanceRegisteredEvent<?>> events = new CopyOnWriteArrayList<>();

		@EventListener
		void on(InstanceRegisteredEvent<?> event) {
			this.events.add(event);
		}

	}

	/** Names only, no values. */
	private static final class InHouse implements InstanceCodec {

		@Override
		public String format() {
			return "in-house";
		}

		@Override
		public String defaultPrefix() {
			return "in-house";
		}

		@Override
		public @Nullable KeyRange allServices(String prefix) {
			return KeyRange.prefix(Bytes.utf8(prefix));
		}

		@Override
		public KeyRange service(String prefix, String service) {
			return KeyRange.prefix(Bytes.utf8(prefix + service));
		}

		@Override
		public void checkService(String service) {
		}

		@Override
		public Bytes key(String prefix, Instance instance) {
			return Bytes.utf8(prefix + instance.service() + instance.address());
		}

		@Override
		public Bytes value(Instance instance) {
			return Bytes.EMPTY;
		}

		@Override
		public Decoded decode(String prefix, @Nullable String service, Bytes key, Bytes value) {
			return new Decoded.Foreign();
		}

	}

}
