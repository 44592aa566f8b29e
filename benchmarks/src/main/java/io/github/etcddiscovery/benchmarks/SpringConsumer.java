package io.github.etcddiscovery.benchmarks;

import java.util.List;
import java.util.Objects;

import io.github.etcddiscovery.spring.outlier.Outliers;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A Spring application that only asks, as its author would get it: the starter on the
 * class path, the endpoint in the environment.
 */
final class SpringConsumer implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final DiscoveryClient discovery;

	private final ServiceInstanceListSupplier balanced;

	private final ReactiveLoadBalancer<ServiceInstance> balancer;

	SpringConsumer(String endpoint, String... properties) {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.application.name=consumer", "spring.main.banner-mode=off",
					"etcd.discovery.endpoints=" + endpoint, "etcd.discovery.registration.enabled=false")
			.properties(properties)
			.run();
		this.discovery = this.context.getBean(DiscoveryClient.class);
		LoadBalancerClientFactory factory = this.context.getBean(LoadBalancerClientFactory.class);
		this.balanced = Objects.requireNonNull(factory.getInstance(Fleet.SERVICE, ServiceInstanceListSupplier.class));
		this.balancer = Objects.requireNonNull(factory.getInstance(Fleet.SERVICE));
	}

	List<ServiceInstance> getInstances() {
		return this.discovery.getInstances(Fleet.SERVICE);
	}

	/** What a load balancer chooses from. */
	List<ServiceInstance> balanced() {
		return Objects.requireNonNull(this.balanced.get().blockFirst());
	}

	/** What a load balancer chooses. */
	ServiceInstance choose() {
		return Objects.requireNonNull(Objects.requireNonNull(Mono.from(this.balancer.choose()).block()).getServer());
	}

	/** Leaves an instance out of what is chosen from. */
	void eject(ServiceInstance instance) {
		if (!this.context.getBean(Outliers.class).eject(instance.getHost() + ":" + instance.getPort())) {
			throw new IllegalStateException("not ejected: " + instance);
		}
	}

	static int weight(ServiceInstance instance) {
		return Integer.parseInt(Objects.requireNonNull(instance.getMetadata()).getOrDefault("weight", "0"));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
