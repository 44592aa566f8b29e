package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.guard.GuardOptions;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.resolver.Scope;
import io.github.etcddiscovery.retry.RetryOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How instances are discovered.
 *
 * @param enabled Whether to discover services.
 * @param scope How much to watch: prefix, the whole prefix; service, each service that is
 * asked for.
 * @param firstSnapshotTimeout Longest time that a lookup may wait for the first snapshot.
 * @param servicesRefresh How often the names of all services are read at most, with scope
 * service.
 * @param aliases Real service names by names that can stand in the host of a URI.
 * @param deniedAddresses CIDR blocks of addresses never to be used.
 * @param preload Services, or aliases of services, to have loaded before the application
 * is ready.
 * @param resyncInterval How often everything is listed again as a safety net, give or
 * take 20 %.
 * @param staleTimeout How long the last known instances are served while etcd is away; 0
 * for ever.
 * @param massLossGuard What is kept of instances that vanish from etcd in a body.
 */
@ConfigurationProperties("etcd.discovery.resolver")
public record EtcdResolverProperties(@DefaultValue("true") boolean enabled, @DefaultValue("prefix") Scope scope,
		@DefaultValue("3s") Duration firstSnapshotTimeout, @DefaultValue("30s") Duration servicesRefresh,
		@DefaultValue Map<String, String> aliases, @DefaultValue List<String> deniedAddresses,
		@DefaultValue List<String> preload, @DefaultValue("5m") Duration resyncInterval,
		@DefaultValue("0") Duration staleTimeout, @DefaultValue MassLossGuard massLossGuard) {

	/**
	 * Checks.
	 * @throws InvalidEtcdPropertyException if a value cannot be right
	 */
	public EtcdResolverProperties {
		Check.notNegative("etcd.discovery.resolver.first-snapshot-timeout", firstSnapshotTimeout);
		Check.positive("etcd.discovery.resolver.services-refresh", servicesRefresh);
		Check.positive("etcd.discovery.resolver.resync-interval", resyncInterval);
		Check.notNegative("etcd.discovery.resolver.stale-timeout", staleTimeout);
		aliases = Map.copyOf(aliases);
		aliases.forEach((alias, service) -> {
			Check.notBlank("etcd.discovery.resolver.aliases." + alias, service);
			Check.host("etcd.discovery.resolver.aliases." + alias, service, alias);
		});
		deniedAddresses = List.copyOf(deniedAddresses);
		preload = List.copyOf(preload);
	}

	/**
	 * Returns the delays as core wants them.
	 * @param retry when to try again
	 * @return the delays
	 */
	public ResolverOptions.Timing toTiming(RetryOptions retry) {
		return new ResolverOptions.Timing(this.firstSnapshotTimeout, this.resyncInterval, this.staleTimeout,
				this.servicesRefresh, retry);
	}

	/**
	 * What is kept of instances that vanish from etcd in a body.
	 *
	 * @param enabled Whether to keep instances that vanish in a body without a goodbye.
	 * @param threshold Percentage of a service that has to vanish within one TTL, net of
	 * new instances.
	 * @param minInstances Number of instances that have to vanish, too.
	 * @param hold How long they are kept at most. By default twice
	 * etcd.discovery.registration.ttl.
	 * @param probe Whether to keep only those that accept a TCP connection.
	 */
	public record MassLossGuard(@DefaultValue("true") boolean enabled, @DefaultValue("50") int threshold,
			@DefaultValue("3") int minInstances, @Nullable Duration hold, @DefaultValue("true") boolean probe) {

		private static final String PREFIX = "etcd.discovery.resolver.mass-loss-guard.";

		/**
		 * Checks.
		 * @throws InvalidEtcdPropertyException if a value cannot be right
		 */
		public MassLossGuard {
			Check.range(PREFIX + "threshold", threshold, 1, 100);
			Check.range(PREFIX + "min-instances", minInstances, 1, Integer.MAX_VALUE);
			if (hold != null) {
				Check.positive(PREFIX + "hold", hold);
			}
		}

		/**
		 * Returns the guard as core wants it.
		 * @param ttl time to live of registrations
		 * @return the options
		 */
		public GuardOptions toOptions(Duration ttl) {
			return new GuardOptions(this.enabled, this.threshold, this.minInstances, ttl,
					(this.hold != null) ? this.hold : ttl.multipliedBy(2), this.probe);
		}

	}

}
