package io.github.etcddiscovery.address;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * What one source says about the address under which an instance is to be found: a host,
 * a port, both or nothing. {@link #decide} makes one address of all sources. Not part of
 * the API that users write against; may change.
 *
 * @param host IP address or DNS name, or null where this source says none
 * @param port TCP port, or null where this source says none
 */
public record AdvertisedAddress(@Nullable String host, @Nullable Integer port) {

	/** A source that says nothing. */
	public static final AdvertisedAddress UNSET = new AdvertisedAddress(null, null);

	/**
	 * Decides which address to register. Host and port are looked for one by one: in the
	 * configuration, in the environment, in what the server is bound to. A server that is
	 * bound to all addresses says no host; then the machine's own address is asked for.
	 * @param configured what is configured
	 * @param variables what the environment says
	 * @param bound what the server is bound to; a wildcard ({@code 0.0.0.0}, {@code ::},
	 * {@code *} or empty) counts as no host
	 * @param machine the address of the machine, asked only where nothing else is known
	 * @return the address; IPv6 without brackets, whether it was given with them or not
	 * @throws IllegalArgumentException if something that is configured or stands in the
	 * environment cannot be registered, or no port is known
	 */
	public static HostPort decide(AdvertisedAddress configured, RegistryVariables variables, AdvertisedAddress bound,
			Supplier<String> machine) {
		AdvertisedAddress environment = variables.address();
		Integer port = first(configured.port, environment.port, bound.port);
		if (port == null) {
			throw new IllegalArgumentException("port to register: none (expected: a configured port, the variable "
					+ variables.prefix() + "_PORT_TO_REGISTRY, or a server that listens)");
		}
		String host = first(configured.requireReachable().host, environment.host, bound.withoutWildcard().host);
		return new HostPort(withoutBrackets((host != null) ? host : machine.get()), port);
	}

	private static <T> @Nullable T first(@Nullable T configured, @Nullable T environment, @Nullable T bound) {
		T chosen = (configured != null) ? configured : environment;
		return (chosen != null) ? chosen : bound;
	}

	private AdvertisedAddress requireReachable() {
		if (this.host != null && isWildcard(this.host)) {
			throw new IllegalArgumentException(
					"host to register: '" + this.host + "' (expected: an address that others can reach)");
		}
		return this;
	}

	private AdvertisedAddress withoutWildcard() {
		return (this.host != null && isWildcard(this.host)) ? new AdvertisedAddress(null, this.port) : this;
	}

	/** Operators write IPv6 addresses with brackets or without. */
	static String withoutBrackets(String host) {
		boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.indexOf(':') >= 0;
		return bracketed ? host.substring(1, host.length() - 1) : host;
	}

	/**
	 * Tells whether a host stands for all addresses of the machine, so that nobody else
	 * can reach it by that.
	 */
	static boolean isWildcard(String host) {
		return host.isEmpty() || host.equals("*") || HostPort.isUnspecified(withoutBrackets(host));
	}

}
