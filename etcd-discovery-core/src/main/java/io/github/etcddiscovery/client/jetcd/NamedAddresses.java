package io.github.etcddiscovery.client.jetcd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.etcddiscovery.client.jetcd.Addresses.Address;

/**
 * What is known of the name of one endpoint. Touched where {@link Addresses} allows it
 * only.
 */
final class NamedAddresses {

	final Endpoint endpoint;

	/** Can be reset on any thread. */
	volatile boolean lookingUp;

	/** Whether the name service has answered when it was asked last. */
	boolean lookedUp;

	/** What the name service said when it answered last. */
	private List<InetSocketAddress> said = List.of();

	/** Where etcd has answered. */
	final Set<InetSocketAddress> answered = new LinkedHashSet<>();

	NamedAddresses(Endpoint endpoint) {
		this.endpoint = endpoint;
	}

	void found(List<InetAddress> addresses) {
		this.lookedUp = true;
		this.said = addresses.stream().map((address) -> new InetSocketAddress(address, this.endpoint.port())).toList();
	}

	List<Address> addresses() {
		List<Address> addresses = new ArrayList<>();
		this.said.forEach((socket) -> addresses.add(new Address(this.endpoint, socket, this.lookedUp)));
		this.answered.stream()
			.filter((socket) -> !this.said.contains(socket))
			.forEach((socket) -> addresses.add(new Address(this.endpoint, socket, false)));
		return addresses;
	}

	void answered(InetSocketAddress address) {
		if (this.said.contains(address)) {
			this.answered.retainAll(this.said);
			this.answered.add(address);
		}
	}

	void drop(InetSocketAddress address) {
		if (!this.lookedUp || !this.said.contains(address)) {
			this.answered.remove(address);
			this.said = this.said.stream().filter((socket) -> !socket.equals(address)).toList();
		}
	}

}
