package io.github.etcddiscovery.spring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is done to Spring Cloud LoadBalancer.
 *
 * @param disableCache Whether to turn the cache of Spring Cloud LoadBalancer off, unless
 * it is configured; where it is on, it is evicted on every change.
 * @param weighted Whether the default balancer honours the weights of instances.
 */
@ConfigurationProperties("etcd.discovery.loadbalancer")
public record EtcdLoadBalancerProperties(@DefaultValue("true") boolean disableCache,
		@DefaultValue("true") boolean weighted) {

}
