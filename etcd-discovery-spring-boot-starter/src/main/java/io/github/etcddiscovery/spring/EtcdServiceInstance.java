package io.github.etcddiscovery.spring;

import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.DiscoveredInstance;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * A discovered instance as Spring Cloud sees it. Immutable.
 */
public final class EtcdServiceInstance implements ServiceInstance {

	private static final String WEIGHT = "weight";

	private static final String HTTPS = "https";

	private final String serviceId;

	private final DiscoveredInstance discovered;

	private final Map<String, String> metadata;

	private final URI uri;

	/** These two are asked for on every balanced request. */
	private final boolean secure;

	private final @Nullable String scheme;

	EtcdServiceInstance(String serviceId, DiscoveredInstance discovered) {
		Instance instance = discovered.instance();
		this.serviceId = serviceId;
		this.discovered = discovered;
		this.metadata = metadata(instance);
		this.uri = uri(instance);
		this.secure = secure(instance);
		this.scheme = scheme(instance);
	}

	/**
	 * Returns the metadata of an instance: its tags, the weight, and the zone.
	 * @param instance the instance
	 * @return the metadata, immutable
	 */
	public static Map<String, String> metadata(Instance instance) {
		Map<String, String> metadata = new HashMap<>(instance.tags());
		metadata.put(WEIGHT, Integer.toString(instance.weight()));
		return Map.copyOf(metadata);
	}

	/**
	 * Returns the address of an instance as a URI. Its scheme is {@code http} or
	 * {@code https} by {@link #secure}, as in the other instances of Spring Cloud. Where
	 * the metadata names another scheme it tells host and port, and is not to be called.
	 * @param instance the instance
	 * @return the URI, an IPv6 host in brackets
	 */
	public static URI uri(Instance instance) {
		return URI.create((secure(instance) ? HTTPS : "http") + "://" + instance.address());
	}

	/**
	 * Returns the scheme that callers must use. Never {@code http}: Spring Cloud would
	 * put it in the place of a caller's {@code https}, and the call would go unencrypted.
	 * @param instance the instance
	 * @return {@code https} where it wants TLS; null where the caller's own scheme
	 * counts. Another one that it speaks is in the metadata
	 */
	public static @Nullable String scheme(Instance instance) {
		return secure(instance) ? HTTPS : null;
	}

	/**
	 * Tells whether an instance wants TLS, whatever is spoken within it.
	 * @param instance the instance
	 * @return true where its tag {@code secure} or its scheme says so
	 */
	public static boolean secure(Instance instance) {
		String scheme = instance.tags().getOrDefault(Instance.SCHEME, "").toLowerCase(Locale.ROOT);
		return instance.secure() || Set.of(HTTPS, "grpcs").contains(scheme);
	}

	@Override
	public String getInstanceId() {
		return instance().id();
	}

	/**
	 * Returns the name that the service was asked for by: whoever makes a URI, a route or
	 * a tag of it gets one that can be used.
	 * @return the name, which is the alias where there was asked for an alias
	 */
	@Override
	public String getServiceId() {
		return this.serviceId;
	}

	@Override
	public String getHost() {
		return instance().host();
	}

	@Override
	public int getPort() {
		return instance().port();
	}

	@Override
	public boolean isSecure() {
		return this.secure;
	}

	@Override
	public @Nullable String getScheme() {
		return this.scheme;
	}

	@Override
	public URI getUri() {
		return this.uri;
	}

	@Override
	public Map<String, String> getMetadata() {
		return this.metadata;
	}

	/**
	 * Returns the weight.
	 * @return the share of the traffic relative to the other instances, above zero
	 */
	public int weight() {
		return instance().weight();
	}

	/**
	 * Returns what is known of the registration. Not part of the API that users write
	 * against; may change.
	 * @return the instance as it stands in the registry
	 */
	public DiscoveredInstance discovered() {
		return this.discovered;
	}

	Instance instance() {
		return this.discovered.instance();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof EtcdServiceInstance that && instance().equals(that.instance())
				&& getServiceId().equals(that.getServiceId());
	}

	@Override
	public int hashCode() {
		return instance().hashCode();
	}

	/**
	 * Shows everything but the values of the metadata, which may hold secrets.
	 * @return the instance, for messages and logs
	 */
	@Override
	public String toString() {
		return "EtcdServiceInstance[" + instance() + "]";
	}

}
