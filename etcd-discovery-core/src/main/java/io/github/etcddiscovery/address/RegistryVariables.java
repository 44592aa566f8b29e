package io.github.etcddiscovery.address;

import java.math.BigInteger;
import java.time.Duration;
import java.util.function.Function;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The environment variables by which Kitex and Hertz let operators change what a process
 * registers: {@code KITEX_IP_TO_REGISTRY}, {@code KITEX_PORT_TO_REGISTRY} and
 * {@code KITEX_ETCD_REGISTRY_LEASE_TTL}, or the same with {@code HERTZ}. An empty one
 * counts as unset. Not part of the API that users write against; may change.
 *
 * @param prefix first word of the names, {@code KITEX} or {@code HERTZ}
 * @param environment returns the value of a variable, or null where it is not set;
 * {@code System::getenv}
 */
public record RegistryVariables(String prefix, Function<String, @Nullable String> environment) {

	private static final Logger logger = LoggerFactory.getLogger(RegistryVariables.class);

	private static final Duration MIN_TTL = Duration.ofSeconds(2);

	private static final Duration MAX_TTL = Duration.ofMinutes(5);

	/**
	 * Returns the address that the operator wants registered.
	 * @return host and port, each null where its variable is not set
	 * @throws IllegalArgumentException if one of them cannot be registered; the message
	 * names the variable and its value
	 */
	public AdvertisedAddress address() {
		return new AdvertisedAddress(host(), port());
	}

	private @Nullable String host() {
		String name = this.prefix + "_IP_TO_REGISTRY";
		String value = value(name);
		if (value == null) {
			return null;
		}
		String host = AdvertisedAddress.withoutBrackets(value);
		if (!HostPort.isHost(host) || AdvertisedAddress.isWildcard(host)) {
			throw refused(name, value, HostPort.EXPECTED_HOST + " that others can reach");
		}
		return host;
	}

	private @Nullable Integer port() {
		String name = this.prefix + "_PORT_TO_REGISTRY";
		String value = value(name);
		if (value == null) {
			return null;
		}
		int port = HostPort.port(value);
		if (port < 0) {
			throw refused(name, value, "1 to 65535");
		}
		return port;
	}

	/**
	 * Returns the time to live of the lease, in whole seconds. What is no number is as
	 * good as unset, and what is out of bounds becomes the nearest bound; both are
	 * logged.
	 * @param unlessSet time to live where the variable is not set
	 * @return the time to live, 2 s to 5 min where the variable is set
	 */
	public Duration leaseTtl(Duration unlessSet) {
		String name = this.prefix + "_ETCD_REGISTRY_LEASE_TTL";
		String value = value(name);
		if (value == null) {
			return unlessSet;
		}
		if (!value.matches("[+-]?[0-9]+")) {
			logger.warn("Environment variable {} is '{}', which is no number of seconds; the lease TTL is {} s", name,
					Bytes.utf8(value), unlessSet.toSeconds());
			return unlessSet;
		}
		BigInteger wanted = new BigInteger(value);
		BigInteger seconds = wanted.max(BigInteger.valueOf(MIN_TTL.toSeconds()))
			.min(BigInteger.valueOf(MAX_TTL.toSeconds()));
		if (!seconds.equals(wanted)) {
			logger.warn("Environment variable {} is '{}' (expected: {} to {} seconds); the lease TTL is {} s", name,
					Bytes.utf8(value), MIN_TTL.toSeconds(), MAX_TTL.toSeconds(), seconds);
		}
		return Duration.ofSeconds(seconds.longValueExact());
	}

	private @Nullable String value(String name) {
		String value = this.environment.apply(name);
		return (value == null || value.isEmpty()) ? null : value;
	}

	private static IllegalArgumentException refused(String name, String value, String expected) {
		return new IllegalArgumentException(
				"environment variable " + name + ": '" + Bytes.utf8(value) + "' (expected: " + expected + ")");
	}

}
