package io.github.etcddiscovery.samples.gateway;

import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.grpc.EtcdNameResolverProvider;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The channel to the greeter, a gRPC service in any language: {@code etcd:///} and the
 * service's name, and it follows whoever comes and goes. Only where such a service is
 * configured.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(GreeterConfiguration.SERVICE)
class GreeterConfiguration {

	static final String SERVICE = "gateway.greeter-service";

	private static final Map<String, ?> ROUND_ROBIN = Map.of("loadBalancingConfig",
			List.of(Map.of("round_robin", Map.of())));

	@Bean(destroyMethod = "shutdownNow")
	ManagedChannel greeterChannel(EtcdResolver resolver, @Value("${" + SERVICE + "}") String service) {
		NameResolverRegistry.getDefaultRegistry()
			.register(EtcdNameResolverProvider.on(resolver).withServiceConfig(ROUND_ROBIN));
		return Grpc.newChannelBuilder("etcd:///" + service, InsecureChannelCredentials.create()).build();
	}

	@Bean
	GreeterClient greeterClient(ManagedChannel greeterChannel) {
		return new GreeterClient(greeterChannel);
	}

}
