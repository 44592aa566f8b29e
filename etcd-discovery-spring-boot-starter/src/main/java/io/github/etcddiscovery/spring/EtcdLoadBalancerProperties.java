package io.github.etcddiscovery.spring;

import java.time.Duration;

import io.github.etcddiscovery.Durations;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is done to Spring Cloud LoadBalancer.
 *
 * @param disableCache Whether to turn the cache of Spring Cloud LoadBalancer off, unless
 * it is configured; where it is on, it is evicted on every change.
 * @param weighted Whether the default balancer honours the weights of instances.
 * @param slowStart Whether instances that have just appeared get less at first.
 */
@ConfigurationProperties("etcd.discovery.loadbalancer")
public record EtcdLoadBalancerProperties(@DefaultValue("true") boolean disableCache,
		@DefaultValue("true") boolean weighted, @DefaultValue SlowStart slowStart) {

	/**
	 * What an instance gets that has just appeared.
	 *
	 * @param window How long an instance that has just appeared gets a growing share of
	 * its weight, where the default balancer is used; 0 for no time.
	 * @param minShare Percentage of its weight that it begins with, 1 to 100.
	 */
	public record SlowStart(@DefaultValue("0") Duration window, @DefaultValue("10") int minShare) {

		/**
		 * Checks.
		 * @throws InvalidEtcdPropertyException if a value cannot be right
		 */
		public SlowStart {
			Check.notNegative("etcd.discovery.loadbalancer.slow-start.window", window);
			Check.range("etcd.discovery.loadbalancer.slow-start.min-share", minShare, 1, 100);
			window = Durations.atMostLongest(window);
		}

		/**
		 * Tells whether every instance gets its whole weight at once.
		 * @return whether it does
		 */
		public boolean isOff() {
			return this.window.isZero();
		}

	}

}
