package io.github.etcddiscovery.samples.hello.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * Starts one instance. That it appears in etcd as {@code test/hello}, at the port that
 * its gRPC server really listens on, takes no code.
 */
@SpringBootApplication
class HelloServer {

	public static void main(String[] args) {
		application().run(args);
	}

	static SpringApplication application() {
		return new SpringApplicationBuilder(HelloServer.class).properties("spring.config.name=server").build();
	}

}
