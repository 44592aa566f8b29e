package io.github.etcddiscovery.grpc;

import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.grpc.NameResolver;
import io.grpc.NameResolver.Args;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.NameResolverProvider;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code etcd:///service} a target of grpc-java's channels. The service is the path
 * or the opaque part of the target without one leading slash, decoded; its authority is
 * passed over: which etcd is asked is for the resolver to say.
 * <p>
 * Channels are told of each change at once and keep what is known while etcd is away.
 * Where a service has no instance they are told an error: calls fail with
 * {@code UNAVAILABLE}, but the policy {@code round_robin} goes on using a connection that
 * it has for as long as it stands. Each instance is one
 * {@link io.grpc.EquivalentAddressGroup} with {@link InstanceAttributes}. Its port is the
 * tag {@link io.github.etcddiscovery.Instance#GRPC_PORT} where there is one, else
 * {@link io.github.etcddiscovery.Instance#GRPCS_PORT}, else its own.
 * <p>
 * Immutable. The resolver stays the caller's to close, after the channels.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public final class EtcdNameResolverProvider extends NameResolverProvider {

	/** The scheme of the targets. */
	public static final String SCHEME = "etcd";

	/**
	 * The resolver of one channel, for {@code ManagedChannelBuilder.setNameResolverArg}:
	 * wins over that of the provider, which may be another's where the provider is
	 * registered for the whole JVM.
	 */
	public static final Args.Key<EtcdResolver> RESOLVER = Args.Key.create("io.github.etcddiscovery.grpc.resolver");

	/** Below that of DNS, so that targets without a scheme stay with it. */
	private static final int PRIORITY = 4;

	private final EtcdResolver resolver;

	private final @Nullable Map<String, ?> serviceConfig;

	private EtcdNameResolverProvider(EtcdResolver resolver, @Nullable Map<String, ?> serviceConfig) {
		this.resolver = resolver;
		this.serviceConfig = serviceConfig;
	}

	/**
	 * Returns a provider that knows the instances of a resolver. It takes effect when it
	 * is registered in a {@link io.grpc.NameResolverRegistry} or given to the builder of
	 * a channel.
	 * @param resolver the resolver
	 * @return the provider
	 */
	public static EtcdNameResolverProvider on(EtcdResolver resolver) {
		return new EtcdNameResolverProvider(resolver, null);
	}

	/**
	 * Returns the same provider with a service config for all its channels. It wins over
	 * the default service config of a channel; without one that is used.
	 * @param serviceConfig the service config as grpc-java reads it from JSON, such as
	 * {@code Map.of("loadBalancingConfig", List.of(Map.of("round_robin", Map.of())))}
	 * @return a copy
	 */
	public EtcdNameResolverProvider withServiceConfig(Map<String, ?> serviceConfig) {
		return new EtcdNameResolverProvider(this.resolver, Map.copyOf(serviceConfig));
	}

	/**
	 * Returns a name resolver for a target.
	 * @param target the target
	 * @param args what the channel gives
	 * @return the name resolver, or null where the target is not of our scheme
	 * @throws IllegalArgumentException if the target names no service
	 */
	@Override
	public @Nullable NameResolver newNameResolver(URI target, Args args) {
		if (!SCHEME.equalsIgnoreCase(target.getScheme())) {
			return null;
		}
		EtcdResolver own = args.getArg(RESOLVER);
		AddressGroups groups = new AddressGroups(ThreadLocalRandom.current().nextLong());
		return new EtcdNameResolver((own != null) ? own : this.resolver, GrpcTarget.service(target), groups,
				InetAddress::getAllByName, args, parse(args));
	}

	private @Nullable ConfigOrError parse(Args args) {
		return (this.serviceConfig != null) ? args.getServiceConfigParser().parseServiceConfig(this.serviceConfig)
				: null;
	}

	@Override
	public String getDefaultScheme() {
		return SCHEME;
	}

	@Override
	protected boolean isAvailable() {
		return true;
	}

	@Override
	protected int priority() {
		return PRIORITY;
	}

}
