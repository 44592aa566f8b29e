package io.github.etcddiscovery.grpc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
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

	/**
	 * The port of a gRPC server beside a web server; the second is that of one with TLS.
	 */
	private static final List<String> PORTS = List.of(Instance.GRPC_PORT, Instance.GRPCS_PORT);

	private final long seed;

	AddressGroups(long seed) {
		this.seed = seed;
	}

	/** Returns the instances in this channel's order. */
	List<Instance> order(List<Instance> instances) {
		return instances.stream().sorted(Comparator.comparingDouble(this::place)).toList();
	}

	/** The earliest of exponential times whose rates are the weights. */
	private double place(Instance instance) {
		double draw = new SplittableRandom(this.seed + instance.address().hashCode()).nextDouble();
		return -Math.log(draw) / instance.weight();
	}

	/**
	 * Returns the groups in the order of the instances, none for one without address.
	 * @param hosts gives the addresses of a host
	 */
	static List<EquivalentAddressGroup> of(List<Instance> instances, Function<String, List<InetAddress>> hosts) {
		return instances.stream().flatMap((instance) -> group(instance, hosts.apply(instance.host()))).toList();
	}

	private static Stream<EquivalentAddressGroup> group(Instance instance, List<InetAddress> hosts) {
		int port = port(instance);
		List<SocketAddress> addresses = hosts.stream()
			.map((host) -> (SocketAddress) new InetSocketAddress(host, port))
			.toList();
		return addresses.isEmpty() ? Stream.empty()
				: Stream.of(new EquivalentAddressGroup(addresses, InstanceAttributes.of(instance)));
	}

	private static int port(Instance instance) {
		return PORTS.stream()
			.mapToInt((tag) -> HostPort.port(instance.tags().getOrDefault(tag, "")))
			.filter((port) -> port > 0)
			.findFirst()
			.orElse(instance.port());
	}

}
