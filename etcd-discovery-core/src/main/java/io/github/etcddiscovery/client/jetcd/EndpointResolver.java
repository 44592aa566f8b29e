package io.github.etcddiscovery.client.jetcd;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Tells gRPC the addresses of the endpoints of a client. jetcd's own resolver uses the
 * first address of a name only, and takes no IPv6.
 */
final class EndpointResolver extends NameResolver {

	private static final String SCHEME = "etcd-discovery";

	/** gRPC finds resolvers by a URI only, in a registry that is one for the JVM. */
	private static final Map<String, Addresses> KNOWN = new ConcurrentHashMap<>();

	private static final AtomicLong COUNT = new AtomicLong();

	static {
		NameResolverRegistry.getDefaultRegistry().register(new Provider());
	}

	private final Addresses addresses;

	private @Nullable Listener2 listener;

	EndpointResolver(Addresses addresses) {
		this.addresses = addresses;
	}

	/**
	 * Makes addresses known to gRPC, until {@link #forget}.
	 * @param addresses of the endpoints
	 * @return a target
	 */
	static String target(Addresses addresses) {
		String name = String.valueOf(COUNT.incrementAndGet());
		KNOWN.put(name, addresses);
		return SCHEME + ":///" + name;
	}

	static void forget(String target) {
		KNOWN.remove(name(URI.create(target)));
	}

	private static String name(URI target) {
		return target.getPath().substring(1);
	}

	@Override
	public String getServiceAuthority() {
		return this.addresses.authority();
	}

	@Override
	public void start(Listener2 listener) {
		this.listener = listener;
		this.addresses.tell(listener);
	}

	@Override
	public void refresh() {
		this.addresses.refresh();
	}

	@Override
	public void shutdown() {
		if (this.listener != null) {
			this.addresses.forget(this.listener);
		}
	}

	/** Makes the resolver known to gRPC. */
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
			Addresses addresses = SCHEME.equals(target.getScheme()) ? KNOWN.get(name(target)) : null;
			return (addresses != null) ? new EndpointResolver(addresses) : null;
		}

	}

}
