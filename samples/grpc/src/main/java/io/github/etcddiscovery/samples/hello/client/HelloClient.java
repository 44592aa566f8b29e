package io.github.etcddiscovery.samples.hello.client;

import io.github.etcddiscovery.samples.hello.proto.HelloServiceGrpc;
import io.github.etcddiscovery.samples.hello.proto.HelloServiceGrpc.HelloServiceBlockingStub;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.grpc.client.GrpcChannelFactory;

/**
 * Calls whoever serves {@code test/hello} at the moment. The target
 * {@code etcd:///test/hello} of the channel {@code hello} stands in {@code client.yaml}.
 */
@SpringBootApplication
class HelloClient {

	public static void main(String[] args) {
		application().run(args).close();
	}

	static SpringApplication application() {
		return new SpringApplicationBuilder(HelloClient.class).properties("spring.config.name=client").build();
	}

	@Bean
	HelloServiceBlockingStub helloStub(GrpcChannelFactory channels) {
		return HelloServiceGrpc.newBlockingStub(channels.createChannel("hello"));
	}

}
