package io.github.etcddiscovery.spring;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * What a connection to etcd needs. A bean of this type replaces the properties for
 * endpoints, login and TLS and is asked again: for name and password at each login, for
 * the SSL bundle every 30 s, so that rotated secrets are used without a restart. Called
 * on threads of the client, which it may block: the start waits half a second for what it
 * tells, so that what cannot be right stops the start, and then goes on without; with
 * {@code etcd.discovery.fail-fast} it waits for etcd.
 */
public interface EtcdConnectionDetails extends ConnectionDetails {

	/**
	 * Returns the addresses of the etcd servers. Asked once by the client, and once by
	 * what shows where etcd is: other servers need a restart, new addresses behind a DNS
	 * name do not.
	 * @return at least one of {@code host:port}, {@code http://host:port} or
	 * {@code https://host:port}, IPv6 in brackets; always the same ones. All with
	 * {@code http} or all with {@code https}; without a scheme TLS is used exactly when
	 * {@link #getSslBundle()} returns a bundle. A user and a password in one of them are
	 * refused
	 */
	List<String> getEndpoints();

	/**
	 * Returns the name of the etcd user.
	 * @return the name, or null to log in as nobody, which is decided at the start
	 */
	default @Nullable String getUsername() {
		return null;
	}

	/**
	 * Returns the password of the etcd user.
	 * @return the password, or null where there is no user
	 */
	default @Nullable String getPassword() {
		return null;
	}

	/**
	 * Returns whom to trust and what to show in TLS; ciphers and protocols of the bundle
	 * are not used.
	 * @return the bundle, the same object until something has changed; or null for no TLS
	 * settings, with which {@code https} uses the JVM's trust store
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

}
