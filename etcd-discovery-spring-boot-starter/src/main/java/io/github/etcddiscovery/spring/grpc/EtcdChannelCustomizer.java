package io.github.etcddiscovery.spring.grpc;

import io.github.etcddiscovery.grpc.EtcdNameResolverProvider;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolverRegistry;

import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;

/**
 * Makes {@code etcd:///service} a target of this application's channels. grpc-java looks
 * schemes up in a registry of the whole JVM, so a provider is registered there; the
 * channels of this context are told its own resolver besides, because another context of
 * the same JVM may have come first.
 * <p>
 * Not part of the API that users write against; may change.
 *
 * @param <T> type of the builder
 */
public final class EtcdChannelCustomizer<T extends ManagedChannelBuilder<T>>
		implements GrpcChannelBuilderCustomizer<T>, AutoCloseable {

	private final EtcdResolver resolver;

	private final EtcdNameResolverProvider provider;

	/**
	 * Registers the provider.
	 * @param resolver the resolver of this application
	 */
	public EtcdChannelCustomizer(EtcdResolver resolver) {
		this.resolver = resolver;
		this.provider = EtcdNameResolverProvider.on(resolver);
		NameResolverRegistry.getDefaultRegistry().register(this.provider);
	}

	@Override
	public void customize(String target, T builder) {
		builder.setNameResolverArg(EtcdNameResolverProvider.RESOLVER, this.resolver);
	}

	/** Takes the provider back; channels that there are go on. */
	@Override
	public void close() {
		NameResolverRegistry.getDefaultRegistry().deregister(this.provider);
	}

}
