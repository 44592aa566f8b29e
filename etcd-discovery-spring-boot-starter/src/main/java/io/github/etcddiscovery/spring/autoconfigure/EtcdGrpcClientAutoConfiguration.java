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
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;

/**
 * {@code etcd:///service} as a target of the channels of Spring gRPC.
 */
@AutoConfiguration(after = EtcdResolverAutoConfiguration.class)
@ConditionalOnClass(GrpcChannelBuilderCustomizer.class)
@ConditionalOnBean(EtcdResolver.class)
@ConditionalOnProperty(name = "spring.grpc.client.enabled", matchIfMissing = true)
public final class EtcdGrpcClientAutoConfiguration {

	EtcdGrpcClientAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	<T extends ManagedChannelBuilder<T>> EtcdChannelCustomizer<T> etcdChannelCustomizer(EtcdResolver resolver) {
		return new EtcdChannelCustomizer<>(resolver);
	}

}
