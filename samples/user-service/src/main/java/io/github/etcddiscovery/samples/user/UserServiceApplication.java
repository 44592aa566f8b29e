package io.github.etcddiscovery.samples.user;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Starts one instance. That it appears in etcd as {@code service.music.user} takes no
 * code: the starter on the class path and {@code spring.application.name} do it.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
class UserServiceApplication {

	public static void main(String[] args) {
		SpringApplication.run(UserServiceApplication.class, args);
	}

}
