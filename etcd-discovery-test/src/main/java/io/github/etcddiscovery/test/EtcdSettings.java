package io.github.etcddiscovery.test;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.github.etcddiscovery.test.binaries.EtcdBinaries;

/**
 * What kind of cluster to start. Immutable; begin with {@link #defaults()} and change
 * what matters to the test.
 *
 * @param members number of members, 1 or more
 * @param proxied whether clients reach each member through a {@link TcpProxy}
 * @param flags further flags of etcd, name without dashes to value; they win over ours
 * @param binaries the programs to run; empty to find or set them up
 */
public record EtcdSettings(int members, boolean proxied, Map<String, String> flags, Optional<EtcdBinaries> binaries) {

	/**
	 * Checks and copies.
	 * @param members number of members, 1 or more
	 * @param proxied whether clients reach each member through a {@link TcpProxy}
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
	 * Describes one member without TLS, authentication or proxy.
	 * @return the settings
	 */
	public static EtcdSettings defaults() {
		return new EtcdSettings(1, false, Map.of(), Optional.empty());
	}

	/**
	 * Sets the number of members.
	 * @param members 1 or more
	 * @return a copy
	 */
	public EtcdSettings withMembers(int members) {
		return new EtcdSettings(members, this.proxied, this.flags, this.binaries);
	}

	/**
	 * Puts a {@link TcpProxy} before each member; {@link EtcdCluster#endpoints()} then
	 * are the proxies'.
	 * @return a copy
	 */
	public EtcdSettings withProxies() {
		return new EtcdSettings(this.members, true, this.flags, this.binaries);
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
		return new EtcdSettings(this.members, this.proxied, all, this.binaries);
	}

	/**
	 * Chooses the version under test.
	 * @param binaries the programs to run
	 * @return a copy
	 */
	public EtcdSettings withBinaries(EtcdBinaries binaries) {
		return new EtcdSettings(this.members, this.proxied, this.flags, Optional.of(binaries));
	}

}
