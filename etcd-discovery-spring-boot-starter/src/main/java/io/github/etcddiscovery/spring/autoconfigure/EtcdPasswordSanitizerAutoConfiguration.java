package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Locale;
import java.util.regex.Pattern;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Whoever may see the values of other properties may still not see the password. With
 * {@code etcd.discovery.enabled=false} too: it stands in the environment all the same.
 */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class EtcdPasswordSanitizerAutoConfiguration {

	private static final Pattern SEPARATORS = Pattern.compile("[^a-z0-9]");

	EtcdPasswordSanitizerAutoConfiguration() {
	}

	@Bean
	SanitizingFunction etcdDiscoveryPasswordSanitizer() {
		return (data) -> SEPARATORS.matcher(data.getKey().toLowerCase(Locale.ROOT))
			.replaceAll("")
			.equals("etcddiscoverypassword") ? data.withSanitizedValue() : data;
	}

}
