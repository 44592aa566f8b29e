package io.github.etcddiscovery.client.jetcd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver.Listener2;
import io.grpc.NameResolver.ResolutionResult;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where etcd may be: the addresses of all endpoints, told to every connection of one
 * client. Lives as long as the client, so that a fresh connection begins with what the
 * others have learnt:
 * <ul>
 * <li>An address at which etcd has answered is tried beside what the name service says
 * now, until etcd answers at one that the name service does say. So nothing is forgotten
 * while the name service is away or wrong.
 * <li>Some addresses are left out, because what answers there is not our etcd. Where that
 * would leave none, all are told.
 * </ul>
 * Everything that changes does so in a {@link SynchronizationContext}.
 */
final class Addresses {

	private static final Logger logger = LoggerFactory.getLogger(Addresses.class);

	private final SynchronizationContext context = new SynchronizationContext(
			(thread, ex) -> logger.error("Addresses of etcd cannot be told", ex));

	private final List<NamedAddresses> names;

	private final Names service;

	private final Executor lookups;

	private final Set<Listener2> listeners = new LinkedHashSet<>();

	private Status failure = Status.UNAVAILABLE;

	private volatile List<Address> all = List.of();

	private volatile Set<InetSocketAddress> leftOut = Set.of();

	/** Where etcd has answered; replaced as a whole, read at each answer. */
	private volatile Set<InetSocketAddress> answered = Set.of();

	/**
	 * Begins with no address.
	 * @param endpoints the endpoints
	 * @param service asks the name service
	 * @param lookups where to ask it, since it blocks
	 */
	Addresses(List<Endpoint> endpoints, Names service, Executor lookups) {
		this.names = endpoints.stream().map(NamedAddresses::new).toList();
		this.service = service;
		this.lookups = lookups;
	}

	/**
	 * Tells a connection the addresses, now where some are known, and at each change.
	 * @param listener gRPC's
	 */
	void tell(Listener2 listener) {
		this.context.execute(() -> {
			this.listeners.add(listener);
			List<Address> known = inUse();
			if (!known.isEmpty()) {
				listener.onResult(result(StatusOr.fromValue(groups(known))));
			}
			this.names.forEach(this::lookUp);
		});
	}

	void forget(Listener2 listener) {
		this.context.execute(() -> this.listeners.remove(listener));
	}

	/**
	 * Returns the name that stands for all.
	 * @return host and port of the first endpoint
	 */
	String authority() {
		return this.names.get(0).endpoint.authority();
	}

	/** Looks all names up anew. */
	void refresh() {
		this.context.execute(() -> this.names.forEach(this::lookUp));
	}

	/**
	 * Returns all addresses, also those that are left out.
	 * @return in the order of the endpoints
	 */
	List<Address> all() {
		return this.all;
	}

	/**
	 * Replaces the set of addresses that are left out.
	 * @param addresses where not to connect to
	 */
	void leaveOut(Set<InetSocketAddress> addresses) {
		this.context.execute(() -> {
			if (!this.leftOut.equals(addresses)) {
				this.leftOut = Set.copyOf(addresses);
				tellAll();
			}
		});
	}

	/**
	 * Remembers that our etcd has answered at an address.
	 * @param address the address
	 */
	void answered(InetSocketAddress address) {
		if (!this.answered.contains(address) && this.all.stream().anyMatch((one) -> one.socket().equals(address))) {
			this.context.execute(() -> {
				this.names.forEach((name) -> name.answered(address));
				changed();
			});
		}
	}

	/**
	 * Forgets an address unless the name service says it just now: another cluster has
	 * got it.
	 * @param address the address
	 */
	void drop(InetSocketAddress address) {
		this.context.execute(() -> {
			this.names.forEach((name) -> name.drop(address));
			changed();
		});
	}

	private void lookUp(NamedAddresses name) {
		if (name.lookingUp) {
			return;
		}
		name.lookingUp = true;
		try {
			this.lookups.execute(() -> askOrEnd(name));
		}
		catch (Throwable ex) {
			name.lookingUp = false;
			throw ex;
		}
	}

	/** Where there is no memory, the name is looked up again when gRPC wants it. */
	private void askOrEnd(NamedAddresses name) {
		try {
			ask(name);
		}
		catch (Throwable ex) {
			name.lookingUp = false;
			throw ex;
		}
	}

	private void ask(NamedAddresses name) {
		try {
			List<InetAddress> found = List.of(this.service.lookUp(name.endpoint.host()));
			this.context.execute(() -> name.found(found));
		}
		catch (Throwable ex) {
			this.context.execute(() -> {
				name.lookedUp = false;
				// Without the cause: gRPC would log its stack at every attempt.
				this.failure = Status.UNAVAILABLE.withDescription("unknown host " + named(name.endpoint.host(), ex));
			});
		}
		this.context.execute(() -> {
			name.lookingUp = false;
			looked();
		});
	}

	/** Why, as far as Java says so; it does not where it remembers a failure. */
	private static String named(String host, Throwable why) {
		String message = String.valueOf(why.getMessage());
		return message.startsWith(host) ? message : host;
	}

	private void looked() {
		boolean last = this.names.stream().noneMatch((name) -> name.lookingUp);
		if (!last && this.all.isEmpty()) {
			// Told of a first address that nobody serves, gRPC would fail calls at once,
			// though the next one is about to be known.
			return;
		}
		if (!changed() && last) {
			tellAll();
		}
	}

	private boolean changed() {
		Map<InetSocketAddress, Address> found = new LinkedHashMap<>();
		this.names.forEach((name) -> name.addresses().forEach((one) -> found.putIfAbsent(one.socket(), one)));
		Set<InetSocketAddress> answered = new LinkedHashSet<>();
		this.names.forEach((name) -> answered.addAll(name.answered));
		this.answered = Set.copyOf(answered);
		List<Address> before = this.all;
		this.all = List.copyOf(found.values());
		boolean changed = !groups(before).equals(groups(this.all));
		if (changed) {
			tellAll();
		}
		return changed;
	}

	private List<Address> inUse() {
		List<Address> used = this.all.stream().filter((address) -> !this.leftOut.contains(address.socket())).toList();
		return used.isEmpty() ? this.all : used;
	}

	private void tellAll() {
		List<Address> used = inUse();
		StatusOr<List<EquivalentAddressGroup>> told = used.isEmpty() ? StatusOr.fromStatus(this.failure)
				: StatusOr.fromValue(groups(used));
		List.copyOf(this.listeners).forEach((listener) -> listener.onResult(result(told)));
	}

	private static List<EquivalentAddressGroup> groups(List<Address> addresses) {
		return addresses.stream().map(Address::group).toList();
	}

	private static ResolutionResult result(StatusOr<List<EquivalentAddressGroup>> told) {
		return ResolutionResult.newBuilder().setAddressesOrError(told).build();
	}

	/** The name service. */
	interface Names {

		InetAddress[] lookUp(String host) throws UnknownHostException;

	}

	/**
	 * One address of an endpoint.
	 *
	 * @param endpoint whose it is
	 * @param socket the address
	 * @param certain whether the name service says so, as far as it could be asked last
	 */
	record Address(Endpoint endpoint, InetSocketAddress socket, boolean certain) {

		/** With the name that its certificate is checked against. */
		EquivalentAddressGroup group() {
			return new EquivalentAddressGroup(this.socket,
					Attributes.newBuilder()
						.set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, this.endpoint.authority())
						.build());
		}

		@Override
		public String toString() {
			String ip = this.socket.getAddress().getHostAddress();
			return ip.equals(this.endpoint.host()) ? this.endpoint.toString() : this.endpoint + " (" + ip + ")";
		}

	}

}
