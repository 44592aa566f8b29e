package io.github.etcddiscovery.grpc;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.grpc.EquivalentAddressGroup;

/**
 * Makes addresses of instances: one group for each, in an order of this channel's own.
 * {@code pick_first} takes the first that it can connect to, so each channel draws its
 * own order, in which an instance of twice the weight comes first twice as often; the
 * same instance keeps its place.
 */
final class AddressGroups {

	/** The second is how the port of a server with TLS is read from Kratos. */
	private static final List<String> PORTS = List.of(Instance.GRPC_PORT, "grpcs.port");

	private final HostLookup hosts;

	private final long seed;

	AddressGroups(HostLookup hosts, long seed) {
		this.hosts = hosts;
		this.seed = seed;
	}

	/** Returns the groups. Blocks where hosts have to be looked up. */
	List<EquivalentAddressGroup> of(List<Instance> instances) {
		this.hosts.keep(instances.stream().map(Instance::host).collect(Collectors.toSet()));
		return instances.stream().sorted(Comparator.comparingDouble(this::place)).flatMap(this::group).toList();
	}

	/** The earliest of exponential times whose rates are the weights. */
	private double place(Instance instance) {
		double draw = new SplittableRandom(this.seed + instance.address().hashCode()).nextDouble();
		return -Math.log(draw) / instance.weight();
	}

	/** Returns one group, or none where the host cannot be looked up. */
	private Stream<EquivalentAddressGroup> group(Instance instance) {
		int port = port(instance);
		List<SocketAddress> addresses = this.hosts.addresses(instance.host())
			.stream()
			.map((address) -> (SocketAddress) new InetSocketAddress(address, port))
			.toList();
		return addresses.isEmpty() ? Stream.empty()
				: Stream.of(new EquivalentAddressGroup(addresses, InstanceAttributes.of(instance)));
	}

	/** Beside a web server the gRPC server has a port of its own. */
	private static int port(Instance instance) {
		return PORTS.stream()
			.mapToInt((tag) -> HostPort.port(instance.tags().getOrDefault(tag, "")))
			.filter((port) -> port > 0)
			.findFirst()
			.orElse(instance.port());
	}

}
