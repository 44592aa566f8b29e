package io.github.etcddiscovery.test;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes for tests, by etcd's own command line client: nothing that is under
 * test takes part. Thread-safe; each takes some 30 ms. Failures are
 * {@link EtcdException}s.
 */
public interface EtcdCommands {

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
		return number("revision", etcdctl("get", "--write-out=json", "etcd-discovery/revision"));
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
		return number("ID", etcdctl("lease", "grant", Long.toString(ttl.toSeconds()), "--write-out=json"));
	}

	/**
	 * Ends a lease and deletes its keys.
	 * @param lease id of the lease
	 */
	default void revoke(long lease) {
		etcdctl("lease", "revoke", Long.toHexString(lease));
	}

	private static long number(String field, String json) {
		Matcher found = Pattern.compile("\"" + field + "\":(\\d+)").matcher(json);
		if (!found.find()) {
			throw new EtcdException("etcdctl answered without the field " + field + ": " + json);
		}
		return Long.parseLong(found.group(1));
	}

}
