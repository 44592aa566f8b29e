package io.github.etcddiscovery.spring.connection;

import java.util.List;

import io.github.etcddiscovery.client.EtcdClientCustomizer;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.EtcdConnectionProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundles;

/**
 * The steps from properties to a client. Not part of the API that users write against;
 * may change.
 */
public final class Connections {

	private Connections() {
	}

	/**
	 * Adapts the properties, and reads every file there is, so that a missing one is
	 * found at the start.
	 * @param properties the properties
	 * @param bundles the SSL bundles of the application, or null where there are none
	 * @return the connection details
	 * @throws InvalidEtcdPropertyException if a file or the bundle cannot be used
	 */
	public static EtcdConnectionDetails details(EtcdConnectionProperties properties, @Nullable SslBundles bundles) {
		return new PropertiesEtcdConnectionDetails(properties, bundles);
	}

	/**
	 * Makes core's settings.
	 * @param details where etcd is
	 * @param properties timeouts and authority
	 * @return the settings
	 * @throws InvalidEtcdPropertyException if endpoints or authority cannot be right
	 */
	public static EtcdClientSettings settings(EtcdConnectionDetails details, EtcdConnectionProperties properties) {
		return ClientSettings.of(details, properties);
	}

	/**
	 * Begins to make a client on a thread of its own.
	 * @param settings where etcd is
	 * @param customizers of the user, in the order in which they are called
	 * @param properties say how long the customizers may take
	 * @return the client, to be closed
	 */
	public static BackgroundClient client(EtcdClientSettings settings, List<EtcdClientCustomizer> customizers,
			EtcdConnectionProperties properties) {
		return BackgroundClient.connect(new Settings(() -> settings, settings.requestTimeout()),
				new Customizers(customizers), properties.startTimeout());
	}

	/**
	 * Begins to make a client on a thread of its own, where it also asks connection
	 * details of the user, which can be slow.
	 * @param details where etcd is
	 * @param customizers of the user, in the order in which they are called
	 * @param properties say how long the customizers may take
	 * @return the client, to be closed
	 * @throws InvalidEtcdPropertyException if endpoints or authority of the properties
	 * cannot be right
	 */
	public static BackgroundClient client(EtcdConnectionDetails details, List<EtcdClientCustomizer> customizers,
			EtcdConnectionProperties properties) {
		if (details instanceof PropertiesEtcdConnectionDetails) {
			return client(settings(details, properties), customizers, properties);
		}
		Settings settings = new Settings(() -> settings(details, properties), properties.requestTimeout());
		return BackgroundClient.connect(settings, new Customizers(customizers), properties.startTimeout());
	}

}
