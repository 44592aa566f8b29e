package io.github.etcddiscovery.spring.outlier;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.LoadBalancerEnvironmentPropertyUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.Assert;

/**
 * What stands in the context of each service's balancer: the discovery clients that its
 * suppliers ask. Below them all, so that each of them works as before; a supplier of ours
 * would turn those of Spring Cloud off. A reactive client stands here only where the
 * application has one, because it switches Spring Cloud to reactive suppliers. Not part
 * of the API that users write against; may change.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(WithoutEjectedConfiguration.NoHealthChecks.class)
public class WithoutEjectedConfiguration {

	@Bean
	@Primary
	@ConditionalOnBean(value = DiscoveryClient.class, search = SearchStrategy.ANCESTORS)
	@ConditionalOnMissingBean(value = DiscoveryClient.class, search = SearchStrategy.CURRENT)
	DiscoveryClient etcdDiscoveryWithoutEjectedClient(ApplicationContext context, Outliers outliers) {
		return new WithoutEjectedDiscoveryClient(parent(context).getBean(DiscoveryClient.class), outliers);
	}

	@Bean
	@Primary
	@ConditionalOnBean(value = ReactiveDiscoveryClient.class, search = SearchStrategy.ANCESTORS)
	@ConditionalOnMissingBean(value = ReactiveDiscoveryClient.class, search = SearchStrategy.CURRENT)
	ReactiveDiscoveryClient etcdDiscoveryWithoutEjectedReactiveClient(ApplicationContext context, Outliers outliers) {
		return new WithoutEjectedReactiveDiscoveryClient(parent(context).getBean(ReactiveDiscoveryClient.class),
				outliers);
	}

	@Bean
	static BeanPostProcessor etcdDiscoveryEjectedRatherThanNobody(ConfigurableListableBeanFactory beans) {
		return new Suppliers(beans);
	}

	private static ApplicationContext parent(ApplicationContext context) {
		ApplicationContext parent = context.getParent();
		Assert.state(parent != null, "No application around the context of a load balancer");
		return parent;
	}

	/**
	 * Wraps suppliers, but for those that were declared by a type of their own, which
	 * somebody may ask for by that type.
	 */
	private record Suppliers(ConfigurableListableBeanFactory beans) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String name) {
			return (bean instanceof ServiceInstanceListSupplier suppliers && isDeclaredByTheInterface(name))
					? wrap(suppliers) : bean;
		}

		/** The manager of the cache is no candidate for injection, so it is looked up. */
		private ServiceInstanceListSupplier wrap(ServiceInstanceListSupplier suppliers) {
			return new EjectedRatherThanNobody(suppliers, this.beans.getBean(Outliers.class),
					this.beans.getBeanProvider(LoadBalancerCacheManager.class));
		}

		/** Not that of the object, which the factory knows too by now. */
		private boolean isDeclaredByTheInterface(String name) {
			return this.beans.containsBeanDefinition(name) && this.beans.getMergedBeanDefinition(name)
				.getResolvableType()
				.resolve() == ServiceInstanceListSupplier.class;
		}

	}

	/** Such suppliers fetch their list once, and who is left out then stays out. */
	static class NoHealthChecks implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return !LoadBalancerEnvironmentPropertyUtils.equalToForClientOrDefault(context.getEnvironment(),
					"configurations", "health-check");
		}

	}

}
