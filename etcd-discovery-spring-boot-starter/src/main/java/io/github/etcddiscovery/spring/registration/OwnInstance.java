package io.github.etcddiscovery.spring.registration;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.address.RegistryVariables;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import io.github.etcddiscovery.spring.LbName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.core.env.Environment;

/**
 * Describes this application as an instance, once its port is known. Not part of the API
 * that users write against; may change.
 */
public final class OwnInstance {

	private static final Logger log = LoggerFactory.getLogger(OwnInstance.class);

	private final AtomicBoolean saysThatNameIsOdd = new AtomicBoolean(true);

	private final EtcdRegistrationProperties properties;

	private final ServerPorts ports;

	private final OwnFormats formats;

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
		this.ports = ports;
		this.formats = new OwnFormats(layouts, environment);
		this.address = new OwnAddress(properties, environment, network, variables(layouts, environment));
		this.metadata = new OwnMetadata(properties, environment, this.formats.needScheme());
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
	 * @throws NoAddressException if there is no address that others could reach
	 */
	@Nullable Instance describe(String service) {
		OwnServer server = this.ports.registered(this.formats.server());
		HostPort address = this.address.find(server, this.ports.of(server));
		if (address == null) {
			return null;
		}
		this.formats.checkService(service);
		Instance instance = new Instance(service, address.host(), address.port(), this.properties.weight(),
				this.metadata.tags(server, this.ports));
		this.formats.check(instance);
		return instance;
	}

	/** Whether a gRPC server is a part of the instance, with its port or as a tag. */
	boolean isServedByGrpc() {
		return this.ports.of(OwnServer.GRPC) != null;
	}

	/** Says what nobody would notice before it costs a request. */
	void advise(Instance instance) {
		this.formats.advise(instance, this.properties, this.ports);
		String service = instance.service();
		if (!LbName.isHarmless(service) && this.saysThatNameIsOdd.getAndSet(false)) {
			log.warn(
					"Spring Cloud's clients and gateways cannot call service '{}' by its name, which is not listed among "
							+ "their services: callers need etcd.discovery.resolver.aliases.{}={}",
					Bytes.utf8(service), LbName.alias(service), Bytes.utf8(service));
		}
	}

}
