package io.github.etcddiscovery.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import org.jspecify.annotations.Nullable;

/**
 * Tells gRPC the addresses of a list of endpoints, with names looked up anew each time
 * that a connection breaks. jetcd's own resolver uses the first address of a name only,
 * and takes no IPv6. Every address carries the name that its certificate is checked
 * against.
 */
final class EndpointResolver extends NameResolver {

	private static final String SCHEME = "etcd-discovery";

	static {
		NameResolverRegistry.getDefaultRegistry().register(new Provider());
	}

	private final List<Endpoint> endpoints;

	private final Names names;

	private final Executor lookups;

	private final AtomicBoolean lookingUp = new AtomicBoolean();

	/** What each name was last, for when the name service is away too. */
	private final Map<Endpoint, List<InetAddress>> known = new ConcurrentHashMap<>();

	private volatile @Nullable Listener2 listener;

	/**
	 * Creates the resolver.
	 * @param endpoints the endpoints
	 * @param names asks the name service
	 * @param lookups where to ask it, since it blocks
	 */
	EndpointResolver(List<Endpoint> endpoints, Names names, Executor lookups) {
		this.endpoints = endpoints;
		this.names = names;
		this.lookups = lookups;
	}

	/**
	 * Returns what gRPC is to be given so that it asks this resolver.
	 * @param endpoints the endpoints
	 * @return a target
	 */
	static String target(List<Endpoint> endpoints) {
		return SCHEME + ":///"
				+ endpoints.stream()
					.map((endpoint) -> endpoint.authority().replace("[", "%5B").replace("]", "%5D"))
					.collect(Collectors.joining(","));
	}

	@Override
	public String getServiceAuthority() {
		return this.endpoints.get(0).authority();
	}

	@Override
	public void start(Listener2 listener) {
		this.listener = listener;
		refresh();
	}

	@Override
	public void refresh() {
		if (this.listener != null && this.lookingUp.compareAndSet(false, true)) {
			this.lookups.execute(this::lookUp);
		}
	}

	@Override
	public void shutdown() {
		this.listener = null;
	}

	private void lookUp() {
		StatusOr<List<EquivalentAddressGroup>> result = addresses();
		this.lookingUp.set(false);
		Listener2 listener = this.listener;
		if (listener != null) {
			listener.onResult(ResolutionResult.newBuilder().setAddressesOrError(result).build());
		}
	}

	private StatusOr<List<EquivalentAddressGroup>> addresses() {
		Map<InetSocketAddress, EquivalentAddressGroup> groups = new LinkedHashMap<>();
		Status failure = Status.UNAVAILABLE;
		for (Endpoint endpoint : this.endpoints) {
			try {
				this.known.put(endpoint, List.of(this.names.lookUp(endpoint.host())));
			}
			catch (UnknownHostException | SecurityException ex) {
				// Without the cause: gRPC would log its stack at every attempt.
				failure = Status.UNAVAILABLE.withDescription("unknown host " + named(endpoint.host(), ex));
			}
			Attributes name = Attributes.newBuilder()
				.set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, endpoint.authority())
				.build();
			for (InetAddress address : this.known.getOrDefault(endpoint, List.of())) {
				InetSocketAddress socket = new InetSocketAddress(address, endpoint.port());
				groups.putIfAbsent(socket, new EquivalentAddressGroup(socket, name));
			}
		}
		return groups.isEmpty() ? StatusOr.fromStatus(failure) : StatusOr.fromValue(List.copyOf(groups.values()));
	}

	/** Why, as far as Java says so; it does not where it remembers a failure. */
	private static String named(String host, Exception why) {
		String message = String.valueOf(why.getMessage());
		return message.startsWith(host) ? message : host;
	}

	/** The name service. */
	interface Names {

		InetAddress[] lookUp(String host) throws UnknownHostException;

	}

	/** Makes the resolver known to gRPC, whose registry is one for the whole JVM. */
	private static final class Provider extends NameResolverProvider {

		@Override
		protected boolean isAvailable() {
			return true;
		}

		@Override
		protected int priority() {
			return 5;
		}

		@Override
		public String getDefaultScheme() {
			return SCHEME;
		}

		@Override
		public @Nullable NameResolver newNameResolver(URI target, Args args) {
			Executor lookups = args.getOffloadExecutor();
			if (!SCHEME.equals(target.getScheme()) || lookups == null) {
				return null;
			}
			List<String> authorities = List.of(target.getPath().substring(1).split(","));
			return new EndpointResolver(Endpoint.parseAll(authorities, false), InetAddress::getAllByName, lookups);
		}

	}

}
