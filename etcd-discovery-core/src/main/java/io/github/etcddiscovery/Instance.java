package io.github.etcddiscovery;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One running provider of a service. Immutable.
 *
 * @param service name of the service, not empty; what else a name may hold is for the
 * wire format to say
 * @param host IPv4 address, IPv6 address without brackets, or DNS name
 * @param port TCP port, 1 to 65535
 * @param weight share of the traffic relative to the other instances; zero and negative
 * weights can stand in etcd and are replaced by the default weight when they are resolved
 * @param tags further properties, in no order; a few have a meaning, see {@link #ZONE},
 * {@link #SECURE}, {@link #SCHEME}, {@link #GRPC_PORT}, {@link #GRPCS_PORT} and
 * {@link #ID}
 */
public record Instance(String service, String host, int port, int weight, Map<String, String> tags) {

	/** Weight of an instance that says nothing else, as in Kitex. */
	public static final int DEFAULT_WEIGHT = 10;

	/** Tag with the name of the zone that the instance runs in. */
	public static final String ZONE = "zone";

	/** Tag that is {@code true} where the instance wants TLS. */
	public static final String SECURE = "secure";

	/**
	 * Tag with the scheme of the instance's URLs, in lower case, where it is neither
	 * {@code http} nor {@code https}.
	 */
	public static final String SCHEME = "scheme";

	/**
	 * Tag with the port of the gRPC server that runs beside what the instance's own port
	 * belongs to.
	 */
	public static final String GRPC_PORT = "grpc.port";

	/** Tag with that port where that server wants TLS. */
	public static final String GRPCS_PORT = "grpcs.port";

	/** Tag with the id of the instance, where it is not the default one. */
	public static final String ID = "instance-id";

	/**
	 * Checks and copies.
	 * @throws IllegalArgumentException if the service or the host is empty or the port is
	 * not within 1 to 65535
	 */
	public Instance {
		if (service.isEmpty()) {
			throw new IllegalArgumentException("service: '' (expected: a name that is not empty)");
		}
		if (host.isEmpty() || host.startsWith("[")) {
			throw new IllegalArgumentException(
					"host: '" + host + "' (expected: an IP address without brackets or a DNS name)");
		}
		if (port < 1 || port > 65535) {
			throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
		}
		tags = Map.copyOf(tags);
	}

	/**
	 * Returns an instance of the default weight without tags.
	 * @param service name of the service
	 * @param host IP address without brackets, or DNS name
	 * @param port TCP port, 1 to 65535
	 * @return the instance
	 * @throws IllegalArgumentException if one of them cannot be right
	 */
	public static Instance of(String service, String host, int port) {
		return new Instance(service, host, port, DEFAULT_WEIGHT, Collections.emptyMap());
	}

	/**
	 * Returns the id: the tag {@link #ID}, else {@code service:host:port}.
	 * @return the id
	 */
	public String id() {
		String id = this.tags.get(ID);
		return (id != null) ? id : this.service + ":" + address();
	}

	/**
	 * Returns the address as it stands in a URI and in a key.
	 * @return {@code host:port}, an IPv6 host in brackets
	 */
	public String address() {
		return address(this.host, this.port);
	}

	/**
	 * Returns an address as it stands in a URI.
	 * @param host IPv4 address, IPv6 address without brackets, or DNS name
	 * @param port TCP port
	 * @return {@code host:port}, an IPv6 host in brackets
	 */
	public static String address(String host, int port) {
		return ((host.indexOf(':') >= 0) ? "[" + host + "]" : host) + ":" + port;
	}

	/**
	 * Returns the zone.
	 * @return the tag {@link #ZONE}, or null where there is none
	 */
	public @Nullable String zone() {
		return this.tags.get(ZONE);
	}

	/**
	 * Tells whether the instance wants TLS.
	 * @return whether the tag {@link #SECURE} is {@code true}
	 */
	public boolean secure() {
		return "true".equalsIgnoreCase(this.tags.get(SECURE));
	}

	/**
	 * Returns the same instance with another weight.
	 * @param weight the weight
	 * @return a copy
	 */
	public Instance withWeight(int weight) {
		return new Instance(this.service, this.host, this.port, weight, this.tags);
	}

	/**
	 * Returns the same instance with other tags.
	 * @param tags all the tags it shall have
	 * @return a copy
	 */
	public Instance withTags(Map<String, String> tags) {
		return new Instance(this.service, this.host, this.port, this.weight, tags);
	}

	/**
	 * Returns the same instance with one more tag, or another value of it.
	 * @param name name of the tag
	 * @param value its value
	 * @return a copy
	 */
	public Instance withTag(String name, String value) {
		Map<String, String> changed = new LinkedHashMap<>(this.tags);
		changed.put(name, Objects.requireNonNull(value));
		return withTags(changed);
	}

	/**
	 * Shows everything but the values of the tags, which may hold secrets.
	 * @return the instance, for messages and logs
	 */
	@Override
	public String toString() {
		return "Instance[service=" + Bytes.utf8(this.service) + ", address=" + Bytes.utf8(address()) + ", weight="
				+ this.weight + ", tags=" + Bytes.utf8(this.tags.keySet().toString()) + "]";
	}

}
