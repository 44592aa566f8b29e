package io.github.etcddiscovery.spring.registration;

import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.address.RegistryVariables;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.core.env.Environment;

/**
 * Describes this application as an instance, once its port is known. Not part of the API
 * that users write against; may change.
 */
public final class OwnInstance {

	private static final String PREFIX = "etcd.discovery.registration.";

	private final EtcdRegistrationProperties properties;

	private final Environment environment;

	private final ServerPorts ports;

	private final List<Layout> layouts;

	private final OwnAddress address;

	private final OwnMetadata metadata;

	/**
	 * Creates the description.
	 * @param properties how to register
	 * @param environment the environment, for its variables and the properties of the
	 * server
	 * @param network finds the address of the machine
	 * @param ports the ports that are listened on
	 * @param layouts under which layouts the instance is registered, at least one
	 */
	public OwnInstance(EtcdRegistrationProperties properties, Environment environment, InetUtils network,
			ServerPorts ports, List<Layout> layouts) {
		this.properties = properties;
		this.environment = environment;
		this.ports = ports;
		this.layouts = List.copyOf(layouts);
		this.address = new OwnAddress(properties, environment, network, variables(layouts, environment));
		this.metadata = new OwnMetadata(properties, environment);
	}

	/**
	 * Returns the variables that count: those of the first format that registers.
	 * @param layouts under which layouts the instance is registered, at least one
	 * @param environment the environment
	 * @return the variables
	 */
	public static RegistryVariables variables(List<Layout> layouts, Environment environment) {
		String prefix = layouts.get(0).codec().format().equals("hertz") ? "HERTZ" : "KITEX";
		return new RegistryVariables(prefix, environment::getProperty);
	}

	/**
	 * Returns the instance.
	 * @param service name of the service
	 * @return the instance, or null while there is no port to register
	 * @throws InvalidEtcdPropertyException if a property or variable that it is made of
	 * cannot be right
	 */
	@Nullable Instance describe(String service) {
		HostPort address = this.address.find(this.ports.application());
		if (address == null) {
			return null;
		}
		this.layouts.forEach((layout) -> checkService(layout, service));
		Instance instance = new Instance(service, address.host(), address.port(), this.properties.weight(),
				this.metadata.tags(this.ports.management()));
		this.layouts.forEach((layout) -> checkValue(layout, instance));
		return instance;
	}

	private void checkService(Layout layout, String service) {
		try {
			layout.codec().checkService(service);
		}
		catch (IllegalArgumentException ex) {
			boolean own = this.environment.containsProperty("etcd.discovery.service-name");
			throw new InvalidEtcdPropertyException(own ? "etcd.discovery.service-name" : "spring.application.name",
					service, "cannot be registered in format " + layout.codec().format() + ": " + ex.getMessage(), ex);
		}
	}

	private static void checkValue(Layout layout, Instance instance) {
		try {
			layout.codec().value(instance);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEtcdPropertyException(PREFIX + "metadata", instance.tags().keySet(),
					"cannot be written in format " + layout.codec().format() + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Returns the formats that the instance is registered in.
	 * @return the layouts, at least one
	 */
	List<Layout> layouts() {
		return this.layouts;
	}

}
