package io.github.etcddiscovery.test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.github.etcddiscovery.test.binaries.EtcdBinaries;
import io.github.etcddiscovery.test.tls.EtcdTls;

/**
 * What kind of cluster to start. Immutable; begin with {@link #defaults()} and change
 * what matters to the test.
 *
 * @param members number of members, 1 or more
 * @param proxied whether clients, and members among themselves, go through proxies
 * @param tls how clients have to talk to it; empty for plain HTTP
 * @param rootPassword password of the user root; empty to start without authentication
 * @param tokenTtl life of a token that etcd signs (JWT); empty for etcd's simple tokens
 * @param flags further flags of etcd, name without dashes to value; they win over ours
 * @param binaries the programs to run; empty to find or set them up
 */
public record EtcdSettings(int members, boolean proxied, Optional<EtcdTls> tls, Optional<String> rootPassword,
		Optional<Duration> tokenTtl, Map<String, String> flags, Optional<EtcdBinaries> binaries) {

	private static final EtcdSettings DEFAULTS = new EtcdSettings(1, false, Optional.empty(), Optional.empty(),
			Optional.empty(), Map.of(), Optional.empty());

	/**
	 * Checks and copies.
	 * @param members number of members, 1 or more
	 * @param proxied whether there are proxies
	 * @param tls how clients have to talk to it
	 * @param rootPassword password of the user root
	 * @param tokenTtl life of a signed token
	 * @param flags further flags of etcd
	 * @param binaries the programs to run
	 */
	public EtcdSettings {
		if (members < 1) {
			throw new IllegalArgumentException("members: " + members + " (expected: 1 or more)");
		}
		flags = Map.copyOf(flags);
	}

	/**
	 * Describes one member without TLS, authentication or proxy. One that is alone is
	 * started with a short {@code election-timeout}, so that it answers after a fraction
	 * of a second; the least time to live that it grants is 1 s then, and not etcd's
	 * usual 2 s.
	 * @return the settings
	 */
	public static EtcdSettings defaults() {
		return DEFAULTS;
	}

	/**
	 * Sets the number of members.
	 * @param members 1 or more
	 * @return a copy
	 */
	public EtcdSettings withMembers(int members) {
		return new EtcdSettings(members, this.proxied, this.tls, this.rootPassword, this.tokenTtl, this.flags,
				this.binaries);
	}

	/**
	 * Puts a {@link TcpProxy} before each member; {@link EtcdCluster#endpoints()} then
	 * are the proxies'. Members talk to each other through further proxies, so that
	 * {@link EtcdCluster#partition(int)} works.
	 * @return a copy
	 */
	public EtcdSettings withProxies() {
		return new EtcdSettings(this.members, true, this.tls, this.rootPassword, this.tokenTtl, this.flags,
				this.binaries);
	}

	/**
	 * Lets etcd accept TLS only, with a certificate for loopback of
	 * {@link EtcdCluster#certificates()}.
	 * @return a copy
	 */
	public EtcdSettings withTls() {
		return withTls(EtcdTls.shared());
	}

	/**
	 * Lets etcd accept TLS only, and only from clients with a certificate of
	 * {@link EtcdCluster#certificates()}.
	 * @return a copy
	 */
	public EtcdSettings withMutualTls() {
		return withTls(EtcdTls.shared().asMutual());
	}

	/**
	 * Lets etcd accept TLS only.
	 * @param tls certificates to use
	 * @return a copy
	 */
	public EtcdSettings withTls(EtcdTls tls) {
		return new EtcdSettings(this.members, this.proxied, Optional.of(tls), this.rootPassword, this.tokenTtl,
				this.flags, this.binaries);
	}

	/**
	 * Enables authentication when the cluster first starts; see
	 * {@link EtcdCluster#auth()} for other users. Passwords are hashed at the cheapest
	 * cost; to measure logins set the flag {@code bcrypt-cost} to 10, etcd's default.
	 * @param rootPassword password of the user root
	 * @return a copy
	 */
	public EtcdSettings withRootPassword(String rootPassword) {
		return new EtcdSettings(this.members, this.proxied, this.tls, Optional.of(rootPassword), this.tokenTtl,
				this.flags, this.binaries);
	}

	/**
	 * Lets etcd hand out signed tokens (JWT), which end at a fixed time and survive a
	 * restart; its simple tokens, the default, do neither.
	 * @param ttl life of a token, whole seconds
	 * @return a copy
	 */
	public EtcdSettings withSignedTokens(Duration ttl) {
		return new EtcdSettings(this.members, this.proxied, this.tls, this.rootPassword, Optional.of(ttl), this.flags,
				this.binaries);
	}

	/**
	 * Adds a flag of etcd.
	 * @param name name without dashes, for example {@code quota-backend-bytes}
	 * @param value its value
	 * @return a copy
	 */
	public EtcdSettings withFlag(String name, String value) {
		Map<String, String> all = new LinkedHashMap<>(this.flags);
		all.put(name, value);
		return new EtcdSettings(this.members, this.proxied, this.tls, this.rootPassword, this.tokenTtl, all,
				this.binaries);
	}

	/**
	 * Chooses the version under test.
	 * @param binaries the programs to run
	 * @return a copy
	 */
	public EtcdSettings withBinaries(EtcdBinaries binaries) {
		return new EtcdSettings(this.members, this.proxied, this.tls, this.rootPassword, this.tokenTtl, this.flags,
				Optional.of(binaries));
	}

	String scheme() {
		return this.tls.isPresent() ? "https" : "http";
	}

	/** Without the password, and without what would need a page. */
	@Override
	public String toString() {
		return "EtcdSettings[members=" + this.members + ", proxied=" + this.proxied + ", scheme=" + scheme()
				+ ", authentication=" + this.rootPassword.isPresent() + ", flags=" + this.flags.keySet() + "]";
	}

}
