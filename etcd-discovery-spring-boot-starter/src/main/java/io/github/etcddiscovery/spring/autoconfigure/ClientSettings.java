package io.github.etcddiscovery.spring.autoconfigure;

import java.util.List;
import java.util.function.Supplier;

import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.TlsManagers;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.EtcdConnectionProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.jspecify.annotations.Nullable;

/** Makes core's settings of connection details and properties. */
final class ClientSettings {

	private ClientSettings() {
	}

	/**
	 * Makes the settings.
	 * @param details where etcd is
	 * @param properties timeouts and authority
	 * @return the settings
	 * @throws InvalidEtcdPropertyException if the endpoints cannot be right
	 */
	static EtcdClientSettings of(EtcdConnectionDetails details, EtcdConnectionProperties properties) {
		Supplier<Credentials> credentials = (details.getUsername() != null) ? () -> credentials(details) : null;
		Supplier<TlsManagers> tls = (details.getSslBundle() != null) ? new BundleManagers(details) : null;
		try {
			return EtcdClientSettings.of(details.getEndpoints().toArray(String[]::new))
				.withCredentials(credentials)
				.withTls(tls)
				.withTimeouts(properties.connectTimeout(), properties.requestTimeout())
				.withAuthority(properties.authority());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEtcdPropertyException("etcd.discovery.endpoints", withoutUser(details.getEndpoints()),
					"cannot be used: " + withoutUser(String.valueOf(ex.getMessage())));
		}
	}

	private static Credentials credentials(EtcdConnectionDetails details) {
		return new Credentials(orEmpty(details.getUsername()), orEmpty(details.getPassword()));
	}

	private static String orEmpty(@Nullable String value) {
		return (value != null) ? value : "";
	}

	/**
	 * Endpoints as they may be shown: some write a password into a URL, where it is
	 * refused.
	 */
	static List<String> withoutUser(List<String> endpoints) {
		return endpoints.stream().map(ClientSettings::withoutUser).toList();
	}

	private static String withoutUser(String text) {
		return text.replaceAll("[^/\\s'\",\\[]+@", "***@");
	}

}
