package io.github.etcddiscovery.test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a test needs of a running etcd. Reads and writes go by etcd's own command line
 * client, so that nothing that is under test takes part. Thread-safe; each takes some 30
 * ms. Failures are {@link EtcdException}s.
 */
public interface EtcdCommands {

	/**
	 * Names all members.
	 * @return URLs for clients, in the order of their numbers, for example
	 * {@code http://127.0.0.1:21234}
	 */
	List<String> endpoints();

	/**
	 * Names the first member.
	 * @return URL for clients
	 */
	default String endpoint() {
		return endpoint(0);
	}

	/**
	 * Names a member.
	 * @param member number of the member
	 * @return URL for clients
	 */
	default String endpoint(int member) {
		return endpoints().get(member);
	}

	/**
	 * Runs {@code etcdctl}, directly at the members that run, around proxies.
	 * @param arguments command and its arguments, without endpoints and credentials
	 * @return its standard output
	 */
	String etcdctl(String... arguments);

	/**
	 * Writes a key, under no lease.
	 * @param key key
	 * @param value value
	 */
	default void put(String key, String value) {
		etcdctl("put", "--", key, value);
	}

	/**
	 * Writes a key under a lease.
	 * @param key key
	 * @param value value
	 * @param lease id of the lease
	 */
	default void put(String key, String value, long lease) {
		etcdctl("put", "--lease=" + Long.toHexString(lease), "--", key, value);
	}

	/**
	 * Reads a key.
	 * @param key key
	 * @return its value, or empty when there is no such key
	 */
	default Optional<String> get(String key) {
		String answer = etcdctl("get", "--", key);
		// The key, its value, each with a line end.
		return answer.isEmpty() ? Optional.empty()
				: Optional.of(answer.substring(key.length() + 1, answer.length() - 1));
	}

	/**
	 * Deletes a key.
	 * @param key key
	 */
	default void delete(String key) {
		etcdctl("del", "--", key);
	}

	/**
	 * Asks for the revision of the store.
	 * @return current revision; 1 when nothing was ever written
	 */
	default long revision() {
		return Etcdctl.number("revision", etcdctl("get", "--write-out=json", "etcd-discovery/revision"));
	}

	/**
	 * Forgets the history before a revision.
	 * @param revision a revision that the store has reached
	 */
	default void compact(long revision) {
		etcdctl("compact", Long.toString(revision));
	}

	/**
	 * Grants a lease.
	 * @param ttl its time to live, at least 2 s
	 * @return its id
	 */
	default long grant(Duration ttl) {
		return Etcdctl.number("ID", etcdctl("lease", "grant", Long.toString(ttl.toSeconds()), "--write-out=json"));
	}

	/**
	 * Ends a lease and deletes its keys.
	 * @param lease id of the lease
	 */
	default void revoke(long lease) {
		etcdctl("lease", "revoke", Long.toHexString(lease));
	}

}
