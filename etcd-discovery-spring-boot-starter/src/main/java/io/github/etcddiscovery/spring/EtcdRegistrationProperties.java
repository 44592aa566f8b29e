package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.Map;

import io.github.etcddiscovery.Durations;
import io.github.etcddiscovery.registry.RegistryOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How this application registers itself.
 *
 * @param enabled Whether to register: unset, where there is a service name, a port and a
 * layout that registers; true, their absence is an error; false, never.
 * @param registerOn When to register: ready, when readiness becomes ACCEPTING_TRAFFIC;
 * started, when the web server listens.
 * @param followReadiness Whether REFUSING_TRAFFIC takes the instance out of the registry
 * and ACCEPTING_TRAFFIC brings it back.
 * @param ipAddress IP address to register, instead of the one found.
 * @param hostname Host name to register, instead of the address found; beside ip-address
 * only with prefer-hostname.
 * @param port Port to register, instead of that of the server.
 * @param preferHostname Whether to register the host name instead of the IP address.
 * @param ttl Time to live of the lease; by default KITEX_ETCD_REGISTRY_LEASE_TTL seconds
 * (HERTZ_ETCD_REGISTRY_LEASE_TTL where hertz is the first format that registers), else 15
 * s.
 * @param instanceId Id of the instance; service:host:port by default.
 * @param weight Share of the traffic relative to other instances, 1 to 1000, in formats
 * that carry it.
 * @param zone Zone that the instance runs in, in formats that carry it; empty for none.
 * @param metadata Further metadata of the instance, in formats that carry it.
 * @param secure Whether the instance wants TLS; found out from the web server by default.
 * @param includeManagement Whether to add port and path of a separate management server
 * to the metadata.
 * @param drainDelay Least time between the removal of the instance and the graceful
 * shutdown of the web server.
 * @param deregisterOnShutdown Whether to remove the instance on shutdown; otherwise it
 * stays until its lease has ended.
 * @param healthGroup Health group, such as readiness, that keeps the instance out of the
 * registry while it is not UP; needs the actuator.
 * @param acceptEdits Whether the instance becomes what somebody else writes to its key
 * with etcdctl put --ignore-lease; otherwise that is written over.
 */
@ConfigurationProperties("etcd.discovery.registration")
public record EtcdRegistrationProperties(@Nullable Boolean enabled, @DefaultValue("ready") RegisterOn registerOn,
		@DefaultValue("true") boolean followReadiness, @Nullable String ipAddress, @Nullable String hostname,
		@Nullable Integer port, @DefaultValue("false") boolean preferHostname, @Nullable Duration ttl,
		@Nullable String instanceId, @DefaultValue("10") int weight, @Nullable String zone,
		@DefaultValue Map<String, String> metadata, @Nullable Boolean secure,
		@DefaultValue("true") boolean includeManagement, @DefaultValue("1s") Duration drainDelay,
		@DefaultValue("true") boolean deregisterOnShutdown, @Nullable String healthGroup,
		@DefaultValue("true") boolean acceptEdits) {

	private static final String PREFIX = "etcd.discovery.registration.";

	/** Full name of {@link #healthGroup()}. */
	public static final String HEALTH_GROUP = PREFIX + "health-group";

	/**
	 * Checks.
	 * @throws InvalidEtcdPropertyException if a value cannot be right
	 */
	public EtcdRegistrationProperties {
		Check.notBlank(PREFIX + "ip-address", ipAddress);
		Check.notBlank(PREFIX + "hostname", hostname);
		Check.notBlank(PREFIX + "instance-id", instanceId);
		Check.range(PREFIX + "port", port, 1, 65535);
		Check.range(PREFIX + "weight", weight, 1, 1000);
		Check.notNegative(PREFIX + "drain-delay", drainDelay);
		Check.notBlank(HEALTH_GROUP, healthGroup);
		if (healthGroup != null && !deregisterOnShutdown) {
			throw new InvalidEtcdPropertyException(HEALTH_GROUP, healthGroup, "beside " + PREFIX
					+ "deregister-on-shutdown=false, with which nothing is ever removed (expected: one of the two)");
		}
		drainDelay = Durations.atMostLongest(drainDelay);
		if (ttl != null && (ttl.compareTo(RegistryOptions.MIN_TTL) < 0 || ttl.compareTo(RegistryOptions.MAX_TTL) > 0)) {
			throw new InvalidEtcdPropertyException(PREFIX + "ttl", ttl, "(expected: 2s to 5m)");
		}
		zone = (zone != null && !zone.isBlank()) ? zone : null;
		metadata = Map.copyOf(metadata);
	}

	/**
	 * Returns whether readiness is followed: never without a removal on shutdown, because
	 * Boot reports REFUSING_TRAFFIC on shutdown too.
	 * @return whether it is
	 */
	public boolean followsReadiness() {
		return this.followReadiness && this.deregisterOnShutdown;
	}

	/**
	 * Shows everything but the values of the metadata, which may hold secrets.
	 * @return the properties, for messages and logs
	 */
	@Override
	public String toString() {
		return "EtcdRegistrationProperties[enabled=" + this.enabled + ", registerOn=" + this.registerOn + ", ttl="
				+ this.ttl + ", weight=" + this.weight + ", zone=" + this.zone + ", metadata=" + this.metadata.keySet()
				+ "]";
	}

	/**
	 * When to register.
	 */
	public enum RegisterOn {

		/** When readiness becomes ACCEPTING_TRAFFIC: after all runners. */
		READY,

		/** When the web server listens. */
		STARTED

	}

}
