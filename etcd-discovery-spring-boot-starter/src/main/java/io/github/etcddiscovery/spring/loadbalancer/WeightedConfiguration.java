package io.github.etcddiscovery.spring.loadbalancer;

import io.github.etcddiscovery.spring.EtcdLoadBalancerProperties;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.loadbalancer.core.ReactorLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ReactorServiceInstanceLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.cloud.loadbalancer.support.LoadBalancerEnvironmentPropertyUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.Assert;

/**
 * The default balancer of every service. A fallback: the user's own balancer wins, be it
 * for one service or for all. Not part of the API that users write against; may change.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(WeightedConfiguration.NotWeightedAlready.class)
public class WeightedConfiguration {

	@Bean
	@Fallback
	@ConditionalOnMissingBean(ReactorLoadBalancer.class)
	ReactorServiceInstanceLoadBalancer etcdDiscoveryWeightedLoadBalancer(Environment environment,
			LoadBalancerClientFactory factory, EtcdLoadBalancerProperties properties) {
		String name = environment.getProperty(LoadBalancerClientFactory.PROPERTY_NAME);
		Assert.state(name != null, "No name of a service in the context of a load balancer");
		return new WeightedLoadBalancer(factory.getLazyProvider(name, ServiceInstanceListSupplier.class), name,
				properties.slowStart().isOff() ? null : SlowStart.of(properties.slowStart()));
	}

	/** With Spring Cloud's own weights ours would count twice. */
	static class NotWeightedAlready implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return !LoadBalancerEnvironmentPropertyUtils.equalToForClientOrDefault(context.getEnvironment(),
					"configurations", "weighted");
		}

	}

}
