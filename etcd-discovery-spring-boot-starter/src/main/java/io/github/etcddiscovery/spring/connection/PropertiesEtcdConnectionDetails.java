package io.github.etcddiscovery.spring.connection;

import java.util.List;
import java.util.function.Supplier;

import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.EtcdConnectionProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** Adapts {@link EtcdConnectionProperties} to {@link EtcdConnectionDetails}. */
final class PropertiesEtcdConnectionDetails implements EtcdConnectionDetails {

	private final EtcdConnectionProperties properties;

	private final @Nullable PasswordFile passwordFile;

	private final @Nullable Supplier<SslBundle> bundle;

	/**
	 * Reads every file there is, so that a missing one is found at the start.
	 * @param properties the properties
	 * @param bundles the SSL bundles of the application, or null where there are none
	 * @throws io.github.etcddiscovery.spring.InvalidEtcdPropertyException if a file or
	 * the bundle cannot be used
	 */
	PropertiesEtcdConnectionDetails(EtcdConnectionProperties properties, @Nullable SslBundles bundles) {
		this.properties = properties;
		String file = properties.passwordFile();
		this.passwordFile = (file != null && !file.isEmpty()) ? new PasswordFile(file) : null;
		if (this.passwordFile != null) {
			this.passwordFile.read();
		}
		this.bundle = bundle(properties, bundles);
	}

	private static @Nullable Supplier<SslBundle> bundle(EtcdConnectionProperties properties,
			@Nullable SslBundles bundles) {
		String caFile = properties.tls().caFile();
		if (caFile != null) {
			return new PemFiles(caFile, properties.tls())::bundle;
		}
		String name = properties.ssl().bundle();
		return (name != null) ? new NamedBundle(name, bundles)::bundle : null;
	}

	@Override
	public List<String> getEndpoints() {
		return this.properties.endpoints();
	}

	@Override
	public @Nullable String getUsername() {
		String name = this.properties.username();
		return (name != null && !name.isEmpty()) ? name : null;
	}

	@Override
	public @Nullable String getPassword() {
		return (this.passwordFile != null) ? this.passwordFile.read() : this.properties.password();
	}

	@Override
	public @Nullable SslBundle getSslBundle() {
		return (this.bundle != null) ? this.bundle.get() : null;
	}

}
