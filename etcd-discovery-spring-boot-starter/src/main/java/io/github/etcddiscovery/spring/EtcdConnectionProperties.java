package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.Durations;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where etcd is and how to speak to it.
 *
 * @param endpoints Addresses of the etcd servers: host:port, http://host:port or
 * https://host:port, IPv6 in brackets. Without a scheme, TLS is used exactly when it is
 * configured.
 * @param username Name of the etcd user.
 * @param password Password of the etcd user.
 * @param passwordFile File with the password of the etcd user, read again at each login.
 * @param connectTimeout Longest time that connecting to one endpoint may take.
 * @param requestTimeout Deadline of every single call to etcd.
 * @param tls PEM files for TLS.
 * @param ssl SSL bundle for TLS, instead of PEM files.
 * @param authority Name to check the certificate of etcd against and to send as HTTP
 * authority, instead of that of the endpoint.
 * @param failFast Whether the application refuses to start when etcd cannot be reached or
 * refuses us.
 * @param startTimeout How long to try before the start fails, with fail-fast; without it,
 * how long customizers of the client may take.
 */
@ConfigurationProperties("etcd.discovery")
public record EtcdConnectionProperties(@DefaultValue("http://localhost:2379") List<String> endpoints,
		@Nullable String username, @Nullable String password, @Nullable String passwordFile,
		@DefaultValue("2s") Duration connectTimeout, @DefaultValue("3s") Duration requestTimeout, @DefaultValue Tls tls,
		@DefaultValue Ssl ssl, @Nullable String authority, @DefaultValue("false") boolean failFast,
		@DefaultValue("10s") Duration startTimeout) {

	/**
	 * Checks what can be checked without a look at files.
	 * @throws InvalidEtcdPropertyException if a value cannot be right
	 */
	public EtcdConnectionProperties {
		endpoints = endpoints.stream().map(String::strip).filter((endpoint) -> !endpoint.isEmpty()).toList();
		if (endpoints.isEmpty()) {
			throw new InvalidEtcdPropertyException("etcd.discovery.endpoints", "",
					"(expected: at least one address of an etcd server)");
		}
		Check.positive("etcd.discovery.connect-timeout", connectTimeout);
		Check.positive("etcd.discovery.request-timeout", requestTimeout);
		Check.positive("etcd.discovery.start-timeout", startTimeout);
		startTimeout = Durations.atMostLongest(startTimeout);
		Check.notBlank("etcd.discovery.authority", authority);
		Check.file("etcd.discovery.password-file", passwordFile);
		checkLogin(username, password, passwordFile);
		if (tls.caFile() != null && ssl.bundle() != null) {
			throw new InvalidEtcdPropertyException("etcd.discovery.ssl.bundle", ssl.bundle(),
					"together with etcd.discovery.tls.* (expected: one of them)");
		}
	}

	private static void checkLogin(@Nullable String username, @Nullable String password,
			@Nullable String passwordFile) {
		boolean named = hasText(username);
		if (hasText(password) && hasText(passwordFile)) {
			throw new InvalidEtcdPropertyException("etcd.discovery.password-file", passwordFile,
					"together with etcd.discovery.password (expected: one of them)");
		}
		if (named && !hasText(password) && !hasText(passwordFile)) {
			throw new InvalidEtcdPropertyException("etcd.discovery.username", username,
					"without a password (expected: etcd.discovery.password or etcd.discovery.password-file as well)");
		}
		if (!named && hasText(password)) {
			throw new InvalidEtcdPropertyException("etcd.discovery.password", null,
					"is set without a user (expected: etcd.discovery.username as well)");
		}
		if (!named && hasText(passwordFile)) {
			throw new InvalidEtcdPropertyException("etcd.discovery.password-file", passwordFile,
					"without a user (expected: etcd.discovery.username as well)");
		}
	}

	private static boolean hasText(@Nullable String value) {
		return value != null && !value.isEmpty();
	}

	/**
	 * Shows everything but the password.
	 * @return the properties, for messages and logs
	 */
	@Override
	public String toString() {
		// Some write a password into a URL, where it is refused.
		List<String> shown = this.endpoints.stream().map((endpoint) -> endpoint.replaceAll(".*@", "***@")).toList();
		return "EtcdConnectionProperties[endpoints=" + shown + ", username=" + this.username + ", passwordFile="
				+ this.passwordFile + ", tls=" + this.tls + ", ssl=" + this.ssl + "]";
	}

	/**
	 * PEM files for TLS. A changed file is used within 60 s.
	 *
	 * @param caFile PEM file with the certificates of the authorities that are trusted.
	 * @param certFile PEM file with our own certificate, for mutual TLS.
	 * @param keyFile PEM file with the private key of our own certificate.
	 */
	public record Tls(@Nullable String caFile, @Nullable String certFile, @Nullable String keyFile) {

		/**
		 * Checks that it is the CA alone, or all three.
		 * @throws InvalidEtcdPropertyException if one of the files is not configured
		 */
		public Tls {
			Check.notBlank("etcd.discovery.tls.ca-file", caFile);
			Check.file("etcd.discovery.tls.ca-file", caFile);
			Check.notBlank("etcd.discovery.tls.cert-file", certFile);
			Check.file("etcd.discovery.tls.cert-file", certFile);
			Check.notBlank("etcd.discovery.tls.key-file", keyFile);
			Check.file("etcd.discovery.tls.key-file", keyFile);
			if (certFile != null && keyFile == null) {
				throw new InvalidEtcdPropertyException("etcd.discovery.tls.cert-file", certFile,
						"without a key (expected: etcd.discovery.tls.key-file as well)");
			}
			if (certFile == null && keyFile != null) {
				throw new InvalidEtcdPropertyException("etcd.discovery.tls.key-file", keyFile,
						"without a certificate (expected: etcd.discovery.tls.cert-file as well)");
			}
			if (caFile == null && certFile != null) {
				throw new InvalidEtcdPropertyException("etcd.discovery.tls.cert-file", certFile,
						"without an authority to trust (expected: etcd.discovery.tls.ca-file as well)");
			}
		}

	}

	/**
	 * SSL bundle for TLS.
	 *
	 * @param bundle Name of the SSL bundle to use for connections to etcd; reloaded when
	 * the bundle is updated.
	 */
	public record Ssl(@Nullable String bundle) {

		/**
		 * Checks.
		 * @throws InvalidEtcdPropertyException if the name is empty
		 */
		public Ssl {
			Check.notBlank("etcd.discovery.ssl.bundle", bundle);
		}

	}

}
