package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.commons.util.UtilAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/** Contexts with our auto-configurations and those of Spring Cloud, without an etcd. */
final class Contexts {

	/** Port 1 is closed: whoever connects is refused at once. */
	private static final String NO_ETCD = "etcd.discovery.endpoints=http://127.0.0.1:1";

	private Contexts() {
	}

	/** An application without a name. */
	static ApplicationContextRunner bare() {
		return new ApplicationContextRunner().withConfiguration(all()).withPropertyValues(NO_ETCD);
	}

	/** An application with a name and no web server. */
	static ApplicationContextRunner client() {
		return bare().withPropertyValues("spring.application.name=echo");
	}

	/** An application with a name and a port, so that there is a registration. */
	static ApplicationContextRunner provider() {
		return client().withPropertyValues("etcd.discovery.registration.port=8080");
	}

	/**
	 * A whole application without some packages on its class path. Boot looks at what is
	 * left as it does in production.
	 */
	static ApplicationContextRunner without(String... packages) {
		FilteredClassLoader left = new FilteredClassLoader(packages);
		// What stands in a jar that is not there is no candidate.
		String gone = candidates().filter((name) -> !ClassUtils.isPresent(name, left)).collect(Collectors.joining(","));
		return new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withClassLoader(left)
			.withPropertyValues(NO_ETCD, "spring.application.name=echo", "etcd.discovery.registration.port=8080",
					"spring.autoconfigure.exclude=" + gone);
	}

	private static Stream<String> candidates() {
		return ImportCandidates.load(AutoConfiguration.class, Contexts.class.getClassLoader()).getCandidates().stream();
	}

	private static AutoConfigurations all() {
		ClassLoader loader = Contexts.class.getClassLoader();
		Stream<String> candidates = candidates()
			.filter((name) -> name.startsWith("io.github.etcddiscovery")
					|| name.startsWith("org.springframework.cloud.client")
					|| name.startsWith("org.springframework.cloud.loadbalancer")
					|| name.startsWith("org.springframework.boot.health.autoconfigure.contributor"))
			.filter((name) -> !name.contains("hypermedia"));
		return AutoConfigurations.of(
				Stream
					.concat(Arrays.stream(new Class<?>[] { SslAutoConfiguration.class, UtilAutoConfiguration.class }),
							candidates.map((name) -> type(name, loader)))
					.toArray(Class<?>[]::new));
	}

	private static Class<?> type(String name, ClassLoader loader) {
		try {
			return Class.forName(name, false, loader);
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
