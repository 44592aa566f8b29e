package io.github.etcddiscovery.spring.loadbalancer;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Turns the cache of Spring Cloud LoadBalancer off unless the user has configured it: for
 * 35 s it would serve instances that are gone, and there is nothing to win, because a
 * lookup is a map read. Comes last, so that whatever the user configures wins.
 */
final class CacheOffByDefault implements EnvironmentPostProcessor, Ordered {

	static final String NAME = "etcdDiscoveryDefaults";

	private static final String CACHE = "spring.cloud.loadbalancer.cache.enabled";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (isTrue(environment, "etcd.discovery.enabled") && isTrue(environment, "etcd.discovery.resolver.enabled")
				&& isTrue(environment, "spring.cloud.discovery.enabled")
				&& isTrue(environment, "etcd.discovery.loadbalancer.disable-cache") && !configured(environment)
				&& !environment.getPropertySources().contains(NAME)) {
			environment.getPropertySources().addLast(new MapPropertySource(NAME, Map.of(CACHE, "false")));
		}
	}

	/**
	 * Whether the user said anything of the cache. Asked rather than left to the order of
	 * the sources, because Boot moves an application's default properties behind ours
	 * later.
	 */
	private static boolean configured(ConfigurableEnvironment environment) {
		return Binder.get(environment)
			.bind("spring.cloud.loadbalancer.cache", Bindable.mapOf(String.class, Object.class))
			.isBound();
	}

	/** What is no boolean is reported where the property is bound. */
	private static boolean isTrue(ConfigurableEnvironment environment, String property) {
		return !"false".equalsIgnoreCase(environment.getProperty(property, "true"));
	}

	/** After everything that reads configuration files. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
