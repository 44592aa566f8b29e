package io.github.etcddiscovery.spring.registration;

import java.net.InetAddress;

import io.github.etcddiscovery.address.AdvertisedAddress;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.address.RegistryVariables;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.core.env.Environment;

/** Finds the address that this application registers. */
final class OwnAddress {

	private static final String PREFIX = "etcd.discovery.registration.";

	private final EtcdRegistrationProperties properties;

	private final Environment environment;

	private final InetUtils network;

	private final MachineAddress machine;

	private final RegistryVariables variables;

	OwnAddress(EtcdRegistrationProperties properties, Environment environment, InetUtils network,
			RegistryVariables variables) {
		this.properties = properties;
		this.environment = environment;
		this.network = network;
		this.machine = MachineAddress.of(network, environment);
		this.variables = variables;
	}

	/**
	 * Finds the address.
	 * @param server the server that the instance is registered for
	 * @param serverPort port that it listens on, or null where it does not
	 * @return the address, or null where there is no port to register
	 * @throws InvalidEtcdPropertyException if a property or variable cannot be right
	 * @throws NoAddressException if nothing is configured or bound, and the machine has
	 * none but loopback addresses
	 */
	@Nullable HostPort find(OwnServer server, @Nullable Integer serverPort) {
		AdvertisedAddress configured = new AdvertisedAddress(configuredHost(), this.properties.port());
		checkVariables();
		if (configured.port() == null && serverPort == null && this.variables.address().port() == null) {
			return null;
		}
		return AdvertisedAddress.decide(configured, this.variables,
				new AdvertisedAddress(boundHost(server), serverPort), this::machine);
	}

	private @Nullable String configuredHost() {
		String address = this.properties.ipAddress();
		String name = this.properties.hostname();
		boolean named = name != null && (this.properties.preferHostname() || address == null);
		return named ? checked(PREFIX + "hostname", name) : checked(PREFIX + "ip-address", address);
	}

	private void checkVariables() {
		checkVariable("_IP_TO_REGISTRY");
		checkVariable("_PORT_TO_REGISTRY");
	}

	/** One by one: an error is to name the right variable. */
	private void checkVariable(String suffix) {
		String variable = this.variables.prefix() + suffix;
		try {
			new RegistryVariables(this.variables.prefix(),
					(name) -> name.equals(variable) ? this.environment.getProperty(name) : null)
				.address();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEtcdPropertyException(variable, null, String.valueOf(ex.getMessage()), ex);
		}
	}

	private static @Nullable String checked(String property, @Nullable String host) {
		if (host == null) {
			return null;
		}
		boolean bracketed = host.startsWith("[") && host.endsWith("]");
		String bare = bracketed ? host.substring(1, host.length() - 1) : host;
		if (!HostPort.isHost(bare) || new HostPort(bare, 1).isUnspecified()) {
			throw new InvalidEtcdPropertyException(property, host,
					"(expected: an IP address or a DNS name that others can reach)");
		}
		return bare;
	}

	private @Nullable String boundHost(OwnServer server) {
		InetAddress bound = Binder.get(this.environment).bind(server.addressProperty(), InetAddress.class).orElse(null);
		if (bound == null || bound.isAnyLocalAddress()) {
			return null;
		}
		return found(this.properties.preferHostname() ? this.network.convertAddress(bound).getHostname()
				: HostPort.host(bound));
	}

	private String machine() {
		return found(this.machine.find(this.properties.preferHostname()));
	}

	/**
	 * What nobody has configured can be unusable too: a machine's name with an
	 * underscore.
	 */
	private String found(String host) {
		if (!HostPort.isHost(host)) {
			throw new InvalidEtcdPropertyException(
					PREFIX + (this.properties.preferHostname() ? "hostname" : "ip-address"), null, "is not set, and '"
							+ host + "', which was found, cannot be registered (expected: what others can reach)");
		}
		return host;
	}

}
