package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.grpc.EtcdChannelCustomizer;
import io.grpc.ManagedChannelBuilder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * {@code etcd:///service} as a target of the channels of Spring gRPC. The condition names
 * their class as a text, because Boot 4.0 does not have it: an annotation with a class
 * that is not there is dropped by the JVM, and the condition with it.
 */
@AutoConfiguration(after = EtcdResolverAutoConfiguration.class)
@ConditionalOnClass(name = "org.springframework.grpc.client.GrpcChannelBuilderCustomizer")
@ConditionalOnBean(EtcdResolver.class)
@ConditionalOnProperty(name = "spring.grpc.client.enabled", matchIfMissing = true)
public final class EtcdGrpcClientAutoConfiguration {

	EtcdGrpcClientAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	<T extends ManagedChannelBuilder<T>> EtcdChannelCustomizer<T> etcdDiscoveryChannelCustomizer(
			EtcdResolver resolver) {
		return new EtcdChannelCustomizer<>(resolver);
	}

}
