package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.spring.registration.EtcdAutoServiceRegistration;
import io.github.etcddiscovery.spring.registration.GrpcServerListener;
import io.github.etcddiscovery.spring.registration.ServerPorts;

import org.springframework.boot.autoconfigure.AbstractDependsOnBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/**
 * Registers the gRPC server of Spring gRPC: as the instance itself or, beside a web
 * server, as a tag of it.
 */
@AutoConfiguration(after = EtcdAutoServiceRegistrationAutoConfiguration.class)
@ConditionalOnClass(name = "org.springframework.grpc.server.lifecycle.GrpcServerLifecycle")
@ConditionalOnBean(ServerPorts.class)
public final class EtcdGrpcServerAutoConfiguration {

	EtcdGrpcServerAutoConfiguration() {
	}

	@Bean
	GrpcServerListener etcdDiscoveryGrpcServerListener(ApplicationContext context, ServerPorts ports) {
		return new GrpcServerListener(context, ports);
	}

	/**
	 * The server is in the last phase of all: it would start after the registration and
	 * stop before it. A dependency wins over phases, at both ends.
	 */
	@Bean
	static AbstractDependsOnBeanFactoryPostProcessor etcdDiscoveryRegistrationDependsOnGrpcServer() {
		return new AbstractDependsOnBeanFactoryPostProcessor(EtcdAutoServiceRegistration.class,
				GrpcServerLifecycle.class) {
		};
	}

}
