package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Says at the start which properties under {@code etcd.discovery} there are none of:
 * Spring passes over a name that is mistyped, and so nobody notices. A warning and never
 * more, because a property can be there for another version.
 */
final class UnknownProperties implements SmartInitializingSingleton {

	private static final Log log = LogFactory.getLog(UnknownProperties.class);

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("etcd.discovery");

	/** Kubernetes tells each pod of a Service called etcd-discovery by such variables. */
	private static final Pattern OF_KUBERNETES = Pattern
		.compile("etcd\\.discovery\\.(service\\.(host|port)|port)\\b.*");

	private final Environment environment;

	UnknownProperties(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void afterSingletonsInstantiated() {
		KnownProperties known = new KnownProperties();
		for (String name : configured()) {
			if (!known.contain(name)) {
				String meant = known.mostLike(name);
				log.warn("There is no property " + name + ": it has no effect"
						+ ((meant != null) ? " (did you mean " + meant + "?)" : ""));
			}
		}
	}

	private Set<String> configured() {
		Set<String> names = new TreeSet<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				boolean variables = ofTheEnvironment(source);
				Stream<String> ours = iterable.stream().filter(PREFIX::isAncestorOf).map(Object::toString);
				ours.filter((name) -> !variables || !OF_KUBERNETES.matcher(name.toLowerCase(Locale.ROOT)).matches())
					.forEach(names::add);
			}
		}
		return names;
	}

	private static boolean ofTheEnvironment(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
	}

}
