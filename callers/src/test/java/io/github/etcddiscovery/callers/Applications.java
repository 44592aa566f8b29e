package io.github.etcddiscovery.callers;

import java.util.List;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdCommands;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Starts applications that call services, and are not registered themselves. */
final class Applications {

	private Applications() {
	}

	/** With the Gateway for servlets. */
	static ConfigurableApplicationContext servlet(EtcdCommands etcd, Class<?> source, String... properties) {
		return run(etcd, WebApplicationType.SERVLET, source, properties);
	}

	/** With the Gateway on Reactor Netty. */
	static ConfigurableApplicationContext reactive(EtcdCommands etcd, Class<?> source, String... properties) {
		return run(etcd, WebApplicationType.REACTIVE, source, properties);
	}

	private static ConfigurableApplicationContext run(EtcdCommands etcd, WebApplicationType type, Class<?> source,
			String... properties) {
		List<String> common = List.of("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
				"spring.main.register-shutdown-hook=false", "spring.application.name=caller",
				"etcd.discovery.registration.enabled=false", "etcd.discovery.endpoints=" + etcd.endpoint(),
				// Refuses to be in an application for servlets; the other one does not
				// mind.
				"spring.cloud.gateway.server.webflux.enabled=" + (type == WebApplicationType.REACTIVE));
		return new SpringApplicationBuilder(Application.class, source).web(type)
			.run(Stream.concat(common.stream(), Stream.of(properties)).map("--"::concat).toArray(String[]::new));
	}

	static String url(ConfigurableApplicationContext context, String path) {
		return "http://127.0.0.1:" + ((WebServerApplicationContext) context).getWebServer().getPort() + path;
	}

	/** Writes what Kitex would. */
	static void put(EtcdCommands etcd, String service, int port, String tags) {
		etcd.put("kitex/registry-etcd/" + service + "/127.0.0.1:" + port,
				"{\"network\":\"tcp\",\"address\":\"127.0.0.1:%d\",\"weight\":10,\"tags\":%s}".formatted(port, tags));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
