package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.spring.actuate.EtcdDiscoveryEndpoint;
import io.github.etcddiscovery.spring.actuate.EtcdHealthIndicator;
import io.github.etcddiscovery.spring.discovery.EtcdDiscoveryClient;
import io.github.etcddiscovery.spring.loadbalancer.CacheEviction;
import io.github.etcddiscovery.spring.registration.EtcdAutoServiceRegistration;
import io.github.etcddiscovery.spring.registration.WebServerListener;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Everything but Spring Cloud Commons is optional. */
class ClassPathTests {

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
				.doesNotHaveBean("etcdDiscoveryReactiveClient"));
	}

	@Test
	void worksWithoutReactor() {
		Contexts
			.without("reactor", "org.springframework.web.reactive", "org.springframework.cloud.loadbalancer",
					"org.springframework.boot.webclient", "org.springframework.boot.webflux",
					"org.springframework.boot.reactor")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("etcdDiscoveryReactiveClient"));
	}

	@Test
	void worksWithoutSpringGrpc() {
		Contexts.without("org.springframework.grpc", "org.springframework.boot.grpc")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdAutoServiceRegistration.class)
				.doesNotHaveBean("etcdGrpcServerListener")
				.doesNotHaveBean("etcdChannelCustomizer"));
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

}
