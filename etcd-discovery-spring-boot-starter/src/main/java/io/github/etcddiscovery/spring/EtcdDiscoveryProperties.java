package io.github.etcddiscovery.spring;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is registered and discovered, and in which wire format.
 *
 * @param enabled Whether to register and discover services by etcd at all.
 * @param format Wire format: kitex, hertz, grpc, go-kit, plain, go-zero, kratos, or the
 * name of a bean of type InstanceCodec.
 * @param prefix Prefix of the keys, used verbatim; that of the format by default.
 * @param layouts Several wire formats at once, instead of format and prefix. Of each:
 * format (kitex by default), prefix (that of the format), register and discover (true).
 * @param serviceName Name of the service to register; spring.application.name by default.
 * @param order Order of both discovery clients among those of other registries.
 * @param defaultWeight Weight of a discovered instance whose own weight is 0, negative or
 * missing; 0 or negative leaves such instances out.
 */
@ConfigurationProperties("etcd.discovery")
public record EtcdDiscoveryProperties(@DefaultValue("true") boolean enabled, @Nullable String format,
		@Nullable String prefix, @DefaultValue List<Layout> layouts, @Nullable String serviceName,
		@DefaultValue("0") int order, @DefaultValue("10") int defaultWeight) {

	/**
	 * Checks.
	 * @throws InvalidEtcdPropertyException if a value cannot be right
	 */
	public EtcdDiscoveryProperties {
		Check.notBlank("etcd.discovery.format", format);
		Check.notBlank("etcd.discovery.service-name", serviceName);
		if (!layouts.isEmpty() && format != null) {
			throw new InvalidEtcdPropertyException("etcd.discovery.format", format,
					"together with etcd.discovery.layouts (expected: one of them)");
		}
		if (!layouts.isEmpty() && prefix != null) {
			throw new InvalidEtcdPropertyException("etcd.discovery.prefix", prefix,
					"together with etcd.discovery.layouts (expected: one of them)");
		}
	}

	/**
	 * One of several layouts.
	 *
	 * @param format Wire format: kitex, hertz, grpc, go-kit, plain, go-zero, kratos, or
	 * the name of a bean of type InstanceCodec.
	 * @param prefix Prefix of the keys, used verbatim; that of the format by default.
	 * @param register Whether to register under this layout.
	 * @param discover Whether to discover from this layout.
	 */
	public record Layout(@Nullable String format, @Nullable String prefix, @DefaultValue("true") boolean register,
			@DefaultValue("true") boolean discover) {

	}

}
