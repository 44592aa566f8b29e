package io.github.etcddiscovery.samples.gateway;

import io.github.etcddiscovery.grpc.EtcdNameResolverProvider;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
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

	/**
	 * With a name resolver of its own. What grpc-java recommends instead counts for the
	 * whole JVM, and for longer than this gateway.
	 */
	@Bean(destroyMethod = "shutdownNow")
	@SuppressWarnings("deprecation")
	ManagedChannel greeterChannel(EtcdResolver resolver, @Value("${" + SERVICE + "}") String service) {
		return Grpc.newChannelBuilder("etcd:///" + service, InsecureChannelCredentials.create())
			.nameResolverFactory(EtcdNameResolverProvider.on(resolver))
			.defaultLoadBalancingPolicy("round_robin")
			.build();
	}

	@Bean
	GreeterClient greeterClient(ManagedChannel greeterChannel) {
		return new GreeterClient(greeterChannel);
	}

}
