package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

import io.github.etcddiscovery.Durations;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is done to Spring Cloud LoadBalancer.
 *
 * @param disableCache Whether to turn the cache of Spring Cloud LoadBalancer off, unless
 * it is configured; where it is on, it is evicted on every change, ejection and return.
 * @param weighted Whether the default balancer honours the weights of instances.
 * @param outlierDetection When an instance that fails is not chosen.
 * @param slowStart Whether instances that have just appeared get less at first.
 */
@ConfigurationProperties("etcd.discovery.loadbalancer")
public record EtcdLoadBalancerProperties(@DefaultValue("true") boolean disableCache,
		@DefaultValue("true") boolean weighted, @DefaultValue OutlierDetection outlierDetection,
		@DefaultValue SlowStart slowStart) {

	/**
	 * When an instance that fails is not chosen.
	 *
	 * @param enabled Whether instances that fail are left out for a while.
	 * @param consecutiveFailures How many bad statuses, broken responses and read
	 * time-outs in a row eject an instance; a connection that it refuses or does not
	 * accept in time ejects it at once.
	 * @param statuses Statuses of HTTP that count against an instance.
	 * @param probe Whether an instance that was ejected for its connection is asked by a
	 * TCP connect every second whether it is back. Not for clients behind a proxy.
	 * @param duration After how long an ejected instance that is not probed gets one
	 * call; longer each time that it fails again.
	 * @param maxEjected How much of a service may be ejected at most, in percent.
	 */
	public record OutlierDetection(@DefaultValue("true") boolean enabled, @DefaultValue("5") int consecutiveFailures,
			@DefaultValue( {
					"502", "503", "504" }) Set<Integer> statuses,
			@DefaultValue("true") boolean probe, @DefaultValue("10s") Duration duration,
			@DefaultValue("50") int maxEjected){

		private static final String PREFIX = "etcd.discovery.loadbalancer.outlier-detection.";

		/**
		 * Checks.
		 * @throws InvalidEtcdPropertyException if a value cannot be right
		 */
		public OutlierDetection {
			Check.range(PREFIX + "consecutive-failures", consecutiveFailures, 1, 1000);
			for (int status : new TreeSet<>(statuses)) {
				Check.range(PREFIX + "statuses", status, 400, 599);
			}
			Check.positive(PREFIX + "duration", duration);
			Check.range(PREFIX + "max-ejected", maxEjected, 0, 100);
			statuses = Set.copyOf(statuses);
			duration = Durations.atMostLongest(duration);
		}

	}

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
