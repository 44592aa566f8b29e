package io.github.etcddiscovery.samples.gateway;

import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The channel to the greeter, without an etcd. */
class GreeterTests {

	@Test
	void channelIsTheGatewaysOwnAndLeavesNothingInTheJvm() {
		assertThat(etcdInTheJvm()).isFalse();
		ConfigurableApplicationContext gateway = SpringApplication.run(ApiGatewayApplication.class, "--server.port=0",
				"--server.address=127.0.0.1", "--etcd.discovery.endpoints=http://127.0.0.1:1",
				"--gateway.greeter-service=greeter");
		ManagedChannel channel = gateway.getBean(ManagedChannel.class);
		assertThat(channel.authority()).isEqualTo("greeter");
		assertThat(etcdInTheJvm()).isFalse();
		gateway.close();
		assertThat(channel.isShutdown()).isTrue();
	}

	/** Whether the scheme etcd means something to all channels of this JVM. */
	private static boolean etcdInTheJvm() {
		return NameResolverRegistry.getDefaultRegistry().getProviderForScheme("etcd") != null;
	}

}
