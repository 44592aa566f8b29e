package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import io.github.etcddiscovery.Durations;
import org.jspecify.annotations.Nullable;

import io.github.etcddiscovery.client.jetcd.Endpoint;

/**
 * Where etcd is and how to speak to it. Immutable; start with {@link #of} and change with
 * the {@code with} methods.
 *
 * @param endpoints addresses of etcd servers, at least one: {@code host:port},
 * {@code http://host:port} or {@code https://host:port}, IPv6 in brackets. Without a
 * scheme: TLS exactly when {@code tls} is set
 * @param credentials asked at each login, so that a rotated password is used without a
 * restart; null for none
 * @param tls asked when a connection is made and every 30 s: another object means that
 * certificates have changed, and connections are made anew; null for no TLS settings,
 * with which {@code https} uses the JVM's trust store
 * @param connectTimeout longest time that connecting to one endpoint may take
 * @param requestTimeout deadline of every single call
 * @param authority name to check the server's certificate against and to send as HTTP
 * authority, instead of the endpoint's; null for the endpoint's
 */
public record EtcdClientSettings(List<String> endpoints, @Nullable Supplier<Credentials> credentials,
		@Nullable Supplier<TlsManagers> tls, Duration connectTimeout, Duration requestTimeout,
		@Nullable String authority) {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

	/**
	 * Checks and copies.
	 * @throws IllegalArgumentException if there is no endpoint, one cannot be right,
	 * {@code http} meets TLS settings, {@code http} and {@code https} are mixed, the
	 * authority is none, or a duration is not above zero
	 */
	public EtcdClientSettings {
		endpoints = List.copyOf(endpoints);
		Endpoint.parseAll(endpoints, tls != null);
		if (authority != null) {
			Endpoint.checkAuthority(authority);
		}
		connectTimeout = Durations.positive("connectTimeout", connectTimeout);
		requestTimeout = Durations.positive("requestTimeout", requestTimeout);
	}

	/**
	 * Returns settings with everything but the endpoints at its default.
	 * @param endpoints addresses of etcd servers
	 * @return the settings
	 * @throws IllegalArgumentException if there is none, or one cannot be right
	 */
	public static EtcdClientSettings of(String... endpoints) {
		return of(List.of(endpoints));
	}

	/**
	 * Returns settings with everything but the endpoints at its default.
	 * @param endpoints addresses of etcd servers
	 * @return the settings
	 * @throws IllegalArgumentException if there is none, or one cannot be right
	 */
	public static EtcdClientSettings of(List<String> endpoints) {
		return new EtcdClientSettings(endpoints, null, null, CONNECT_TIMEOUT, REQUEST_TIMEOUT, null);
	}

	/**
	 * Returns the same settings with a login.
	 * @param credentials asked at each login, on a thread that it may block
	 * @return a copy
	 */
	public EtcdClientSettings withCredentials(@Nullable Supplier<Credentials> credentials) {
		return new EtcdClientSettings(this.endpoints, credentials, this.tls, this.connectTimeout, this.requestTimeout,
				this.authority);
	}

	/**
	 * Returns the same settings with TLS.
	 * @param tls asked when a connection is made and every 30 s
	 * @return a copy
	 * @throws IllegalArgumentException if an endpoint says {@code http}
	 */
	public EtcdClientSettings withTls(@Nullable Supplier<TlsManagers> tls) {
		return new EtcdClientSettings(this.endpoints, this.credentials, tls, this.connectTimeout, this.requestTimeout,
				this.authority);
	}

	/**
	 * Returns the same settings with other timeouts.
	 * @param connectTimeout longest time that connecting to one endpoint may take
	 * @param requestTimeout deadline of every single call
	 * @return a copy
	 * @throws IllegalArgumentException if one is not above zero
	 */
	public EtcdClientSettings withTimeouts(Duration connectTimeout, Duration requestTimeout) {
		return new EtcdClientSettings(this.endpoints, this.credentials, this.tls, connectTimeout, requestTimeout,
				this.authority);
	}

	/**
	 * Returns the same settings with another authority.
	 * @param authority name to check the server's certificate against, or null for the
	 * endpoint's
	 * @return a copy
	 * @throws IllegalArgumentException if it can be no authority
	 */
	public EtcdClientSettings withAuthority(@Nullable String authority) {
		return new EtcdClientSettings(this.endpoints, this.credentials, this.tls, this.connectTimeout,
				this.requestTimeout, authority);
	}

}
