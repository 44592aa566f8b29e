package io.github.etcddiscovery.spring.actuate;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Answer of the endpoint {@code etcddiscovery}. Durations are ISO-8601, lease ids in
 * hexadecimal as etcdctl shows them. No credentials; values of metadata are masked unless
 * they may be shown.
 *
 * @param endpoints addresses of etcd
 * @param lease the lease of this process, or null while there is none
 * @param registrations what this process has registered
 * @param layouts the formats and prefixes that it discovers from
 * @param services what it knows of others
 * @param staleFor for how long something may have changed unseen
 */
public record DiscoveryReport(List<String> endpoints, @Nullable LeaseReport lease,
		List<RegistrationReport> registrations, List<LayoutReport> layouts, List<ServiceReport> services,
		String staleFor) {

	/**
	 * The lease.
	 *
	 * @param id its id
	 * @param ttl the time to live that etcd granted
	 * @param lastRenewal how long ago it was renewed
	 * @param remaining how long it lives if it is not renewed any more
	 */
	public record LeaseReport(String id, String ttl, String lastRenewal, String remaining) {

	}

	/**
	 * A registration.
	 *
	 * @param service name of the service
	 * @param instance the instance
	 * @param edited what others have changed of it in etcd: weight, names of metadata
	 * @param state its state, of several keys the worst
	 * @param keys its keys
	 */
	public record RegistrationReport(String service, InstanceReport instance, Set<String> edited, String state,
			List<KeyReport> keys) {

	}

	/**
	 * A key of a registration.
	 *
	 * @param format the wire format
	 * @param key the key
	 * @param state its state
	 * @param attempts consecutive attempts that have failed
	 * @param problem what the last attempt failed with, or null
	 */
	public record KeyReport(String format, String key, String state, int attempts, @Nullable String problem) {

	}

	/**
	 * A layout that is discovered from.
	 *
	 * @param format the wire format
	 * @param prefix the prefix of its keys
	 * @param state FOLLOWED, REFUSED by etcd, or WAITING for an answer
	 * @param problem why it is not followed, or null where it is
	 * @param since for how long it has not been followed
	 */
	public record LayoutReport(String format, String prefix, String state, @Nullable String problem, String since) {

	}

	/**
	 * A service.
	 *
	 * @param service its name
	 * @param state whether it has been read
	 * @param problem why not, or null
	 * @param revision revision of etcd at which its instances came to be
	 * @param age for how long it may have changed unseen
	 * @param heldBack how many of its instances are shown though etcd has lost them
	 * @param instances its instances
	 * @param ejected those of them that this application does not choose at present
	 */
	public record ServiceReport(String service, String state, @Nullable String problem, long revision, String age,
			int heldBack, List<InstanceReport> instances, List<EjectedReport> ejected) {

	}

	/**
	 * An instance.
	 *
	 * @param id its id
	 * @param host its host
	 * @param port its port
	 * @param weight its weight
	 * @param metadata its metadata, values masked unless they may be shown
	 */
	public record InstanceReport(String id, String host, int port, int weight, Map<String, String> metadata) {

	}

	/**
	 * An instance that is not chosen because it failed.
	 *
	 * @param address its host and port
	 * @param cause what it failed by
	 * @param ejectedForMillis for how long it has not been chosen, in milliseconds
	 */
	public record EjectedReport(String address, String cause, long ejectedForMillis) {

	}

}
