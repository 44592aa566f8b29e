package io.github.etcddiscovery.spring.registration;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.etcddiscovery.address.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.core.env.Environment;

/**
 * Finds the address that others reach this machine by: the first IPv4 address by the
 * rules of Spring's {@link InetUtils}, else the first global or unique-local IPv6 address
 * by the same rules, which InetUtils itself does not look for. Never a loopback one, by
 * which every caller would reach itself.
 */
final class MachineAddress {

	private static final Logger log = LoggerFactory.getLogger(MachineAddress.class);

	private final InetUtils network;

	private final InetUtilsProperties rules;

	private final Supplier<List<Interface>> interfaces;

	MachineAddress(InetUtils network, Environment environment, Supplier<List<Interface>> interfaces) {
		this.network = network;
		this.rules = Binder.get(environment)
			.bind(InetUtilsProperties.PREFIX, InetUtilsProperties.class)
			.orElseGet(InetUtilsProperties::new);
		this.interfaces = interfaces;
	}

	static MachineAddress of(InetUtils network, Environment environment) {
		return new MachineAddress(network, environment, Interface::all);
	}

	/**
	 * Finds the address, or the name that belongs to it.
	 * @throws NoAddressException if there is none but loopback addresses
	 */
	String find(boolean name) {
		InetAddress first = this.network.findFirstNonLoopbackAddress();
		if (first == null) {
			// Then InetUtils answers what is configured for it.
			InetUtils.HostInfo machine = this.network.findFirstNonLoopbackHostInfo();
			String host = name ? machine.getHostname() : machine.getIpAddress();
			if (!isLoopback(host)) {
				return host;
			}
		}
		InetAddress address = (first != null && isReachable(first)) ? first : firstIpv6();
		// The name costs a reverse lookup of up to a second.
		String host = name ? this.network.convertAddress(address).getHostname() : HostPort.host(address);
		if (isLoopback(host)) {
			throw noAddress();
		}
		return host;
	}

	/** So is called what InetUtils could find no name for in time, too. */
	private static boolean isLoopback(String host) {
		return host.equals("localhost") || host.startsWith("localhost.") || host.startsWith("127.");
	}

	private InetAddress firstIpv6() {
		return this.interfaces.get()
			.stream()
			.sorted(Comparator.comparingInt(Interface::index))
			.filter((candidate) -> this.rules.getIgnoredInterfaces().stream().noneMatch(candidate.name()::matches))
			.flatMap((candidate) -> candidate.addresses().stream())
			.filter((address) -> isGlobalOrUniqueLocal(address) && isPreferred(address))
			.findFirst()
			.orElseThrow(this::noAddress);
	}

	private NoAddressException noAddress() {
		String addresses = this.interfaces.get()
			.stream()
			.flatMap((candidate) -> candidate.addresses()
				.stream()
				.map((address) -> candidate.name() + " " + HostPort.host(address)))
			.collect(Collectors.joining(", "));
		return new NoAddressException(addresses, this.rules);
	}

	private static boolean isReachable(InetAddress address) {
		return !address.isLoopbackAddress() && !address.isAnyLocalAddress()
				&& (address instanceof Inet4Address || isGlobalOrUniqueLocal(address));
	}

	private static boolean isGlobalOrUniqueLocal(InetAddress address) {
		return address instanceof Inet6Address && !address.isLoopbackAddress() && !address.isAnyLocalAddress()
				&& !address.isLinkLocalAddress() && !address.isSiteLocalAddress() && !address.isMulticastAddress();
	}

	/** What is site-local in IPv4 is unique-local in IPv6: fc00::/7. */
	private boolean isPreferred(InetAddress address) {
		if (this.rules.isUseOnlySiteLocalInterfaces()) {
			return (address.getAddress()[0] & 0xfe) == 0xfc;
		}
		List<String> preferred = this.rules.getPreferredNetworks();
		List<String> texts = List.of(HostPort.host(address), address.getHostAddress());
		return preferred.isEmpty() || preferred.stream()
			.anyMatch(
					(network) -> texts.stream().anyMatch((text) -> text.matches(network) || text.startsWith(network)));
	}

	/**
	 * A network interface that is up.
	 */
	record Interface(String name, int index, List<InetAddress> addresses) {

		static List<Interface> all() {
			try (Stream<NetworkInterface> all = NetworkInterface.networkInterfaces()) {
				return all.filter(Interface::isUp)
					.map((found) -> new Interface(found.getDisplayName(), found.getIndex(),
							found.inetAddresses().toList()))
					.toList();
			}
			catch (SocketException ex) {
				log.warn("Cannot look for IPv6 addresses of this machine", ex);
				return List.of();
			}
		}

		private static boolean isUp(NetworkInterface candidate) {
			try {
				return candidate.isUp();
			}
			catch (SocketException ex) {
				// Gone meanwhile.
				return false;
			}
		}

	}

}
