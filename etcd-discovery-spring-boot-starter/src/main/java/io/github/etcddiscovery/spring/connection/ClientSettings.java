package io.github.etcddiscovery.spring.connection;

import java.util.List;
import java.util.function.Supplier;

import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.TlsManagers;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.EtcdConnectionProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/** Makes core's settings of connection details and properties. */
final class ClientSettings {

	private ClientSettings() {
	}

	/**
	 * Makes the settings.
	 * @param details where etcd is
	 * @param properties timeouts and authority
	 * @return the settings
	 * @throws InvalidEtcdPropertyException if the endpoints of the properties cannot be
	 * right
	 * @throws IllegalStateException if those of other connection details cannot be right
	 */
	static EtcdClientSettings of(EtcdConnectionDetails details, EtcdConnectionProperties properties) {
		Supplier<Credentials> credentials = (details.getUsername() != null) ? () -> credentials(details) : null;
		SslBundle bundle = details.getSslBundle();
		Supplier<TlsManagers> tls = (bundle != null) ? managers(details, bundle) : null;
		List<String> endpoints = details.getEndpoints();
		if (endpoints.stream().anyMatch((endpoint) -> endpoint.contains("@"))) {
			throw refused(details, endpoints, "contains a user (expected: a user name and a password beside it)");
		}
		try {
			return withAuthority(
					EtcdClientSettings.of(endpoints)
						.withCredentials(credentials)
						.withTls(tls)
						.withTimeouts(properties.connectTimeout(), properties.requestTimeout()),
					properties.authority());
		}
		catch (IllegalArgumentException ex) {
			throw refused(details, endpoints, "cannot be used: " + ex.getMessage());
		}
	}

	/** What a bean of the user says is not to be corrected in a property. */
	private static RuntimeException refused(EtcdConnectionDetails details, List<String> endpoints, String problem) {
		if (details instanceof PropertiesEtcdConnectionDetails) {
			return new InvalidEtcdPropertyException("etcd.discovery.endpoints", shown(endpoints), problem);
		}
		return new IllegalStateException("The endpoints of the connection details " + details.getClass().getName()
				+ ": '" + shown(endpoints) + "' " + problem);
	}

	/** A bundle that cannot be used is to stop the start, not the first connection. */
	private static Supplier<TlsManagers> managers(EtcdConnectionDetails details, SslBundle bundle) {
		String problem = NamedBundle.problem(bundle);
		if (problem != null) {
			throw new IllegalStateException("The SSL bundle of the connection details " + details.getClass().getName()
					+ " cannot be used: " + problem + " (expected: a key store and a trust store that can be read)");
		}
		return new BundleManagers(details);
	}

	private static EtcdClientSettings withAuthority(EtcdClientSettings settings, @Nullable String authority) {
		try {
			return settings.withAuthority(authority);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEtcdPropertyException("etcd.discovery.authority", authority,
					"cannot be used: " + ex.getMessage());
		}
	}

	private static Credentials credentials(EtcdConnectionDetails details) {
		return new Credentials(orEmpty(details.getUsername()), orEmpty(details.getPassword()));
	}

	private static String orEmpty(@Nullable String value) {
		return (value != null) ? value : "";
	}

	/** Some write a password into a URL, where it is refused. */
	private static List<String> shown(List<String> endpoints) {
		return endpoints.stream().map((endpoint) -> endpoint.replaceAll(".*@", "***@")).toList();
	}

}
