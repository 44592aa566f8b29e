package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.test.EtcdCommands;
import org.awaitility.Awaitility;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Starts real applications on a random port of 127.0.0.1. */
public final class TestApplication {

	private static final String PREFIX = "kitex/registry-etcd/";

	private final Map<String, String> properties = new LinkedHashMap<>();

	private final List<Class<?>> sources = new ArrayList<>(List.of(Application.class));

	private WebApplicationType type = WebApplicationType.SERVLET;

	private ClassLoader loader = TestApplication.class.getClassLoader();

	private TestApplication(String endpoint) {
		set("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
				"spring.main.register-shutdown-hook=false", "management.endpoints.web.exposure.include=*",
				"management.endpoint.health.show-details=always", "spring.application.name=echo",
				"etcd.discovery.registration.drain-delay=0", "etcd.discovery.endpoints=" + endpoint);
	}

	/** An application that registers as {@code echo} in an etcd. */
	public static TestApplication with(EtcdCommands etcd) {
		return new TestApplication(etcd.endpoint());
	}

	public TestApplication set(String... properties) {
		for (String property : properties) {
			int equals = property.indexOf('=');
			this.properties.put(property.substring(0, equals), property.substring(equals + 1));
		}
		return this;
	}

	public TestApplication and(Class<?>... sources) {
		this.sources.addAll(List.of(sources));
		return this;
	}

	public TestApplication reactive() {
		this.type = WebApplicationType.REACTIVE;
		return this;
	}

	public TestApplication withoutWeb() {
		this.type = WebApplicationType.NONE;
		return this;
	}

	/** Runs in a class loader of its own, as in an executable jar. */
	public TestApplication in(ClassLoader loader) {
		this.loader = loader;
		return this;
	}

	/** A client, which is not registered. */
	public TestApplication clientOnly() {
		return withoutWeb().set("spring.application.name=client", "etcd.discovery.registration.enabled=false");
	}

	public ConfigurableApplicationContext run() {
		return new SpringApplicationBuilder(this.sources.toArray(Class<?>[]::new)).web(this.type)
			.resourceLoader(new DefaultResourceLoader(this.loader))
			.run(this.properties.entrySet()
				.stream()
				.map((property) -> "--" + property.getKey() + "=" + property.getValue())
				.toArray(String[]::new));
	}

	public static int port(ConfigurableApplicationContext context) {
		return ((WebServerApplicationContext) context).getWebServer().getPort();
	}

	/** The key of an application on 127.0.0.1. */
	public static String key(String service, int port) {
		return PREFIX + service + "/127.0.0.1:" + port;
	}

	public static String key(ConfigurableApplicationContext context) {
		return key("echo", port(context));
	}

	public static void put(EtcdCommands etcd, String service, int port, int weight) {
		etcd.put(key(service, port), "{\"network\":\"tcp\",\"address\":\"127.0.0.1:%d\",\"weight\":%d,\"tags\":null}"
			.formatted(port, weight));
	}

	public static void awaitRegistered(EtcdCommands etcd, String key) {
		Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> etcd.get(key).isPresent());
	}

	public static void awaitGone(EtcdCommands etcd, String key) {
		Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> etcd.get(key).isEmpty());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		HelloController helloController(@Value("${greeting:hello}") String greeting) {
			return new HelloController(greeting);
		}

	}

	@RestController
	public static class HelloController {

		private final String greeting;

		public final AtomicInteger calls = new AtomicInteger();

		HelloController(String greeting) {
			this.greeting = greeting;
		}

		@GetMapping("/hello")
		String hello() {
			this.calls.incrementAndGet();
			return this.greeting;
		}

	}

}
