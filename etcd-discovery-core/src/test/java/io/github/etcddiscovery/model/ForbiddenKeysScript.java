package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.EtcdCluster;

/**
 * Random steps of a user who has rights on one prefix, while root attaches keys outside
 * of it to the user's leases.
 */
final class ForbiddenKeysScript {

	private static final String USER = "app";

	private static final String OURS = "ours/";

	private static final String READABLE = "readable/";

	private static final String FORBIDDEN = "forbidden/";

	private final Random random;

	private final TwoSides sides;

	private final Actions steps = new Actions();

	private int leases;

	ForbiddenKeysScript(long seed, EtcdCluster etcd) {
		this.random = new Random(seed);
		Operator.of(etcd).deletePrefix(OURS);
		Operator.of(etcd).deletePrefix(READABLE);
		Operator.of(etcd).deletePrefix(FORBIDDEN);
		this.sides = new TwoSides("seed " + seed, etcd,
				EtcdClientSettings.of(etcd.endpoint()).withCredentials(ForbiddenKeysScript::credentials));
		for (String prefix : List.of(READABLE, FORBIDDEN)) {
			this.sides.model().forbid(KeyRange.prefix(Bytes.utf8(prefix)));
		}
		this.sides.model().forbidReads(KeyRange.prefix(Bytes.utf8(FORBIDDEN)));
		this.steps.add(2, "grant", this::grant)
			.add(4, "put", this::put)
			.add(2, "delete", this::delete)
			.add(2, "renew", this::renew)
			.add(2, "lease keys", this::leaseKeys)
			.add(1, "revoke", this::revoke)
			.add(3, "attach", this::attach)
			.add(2, "detach", this::detach)
			.add(1, "read", this::read)
			.add(1, "watch", this::watch);
	}

	/** A user with the rights that this script has in mind. */
	static void createUser(EtcdCluster etcd) {
		etcd.auth().addRole(USER);
		etcd.auth().grantPrefix(USER, Access.READWRITE, OURS);
		etcd.auth().grantPrefix(USER, Access.READ, READABLE);
		etcd.auth().addUser(USER, USER, USER);
	}

	static Credentials credentials() {
		return new Credentials(USER, USER);
	}

	void play(int length) {
		try (this.sides) {
			for (int step = 0; step < length; step++) {
				this.steps.next(this.random);
			}
			this.sides.awaitTheSameTold();
		}
	}

	private void grant() {
		this.sides.both("grant", (side) -> side.grant(Duration.ofHours(1)));
		this.leases++;
	}

	private void put() {
		String key = anyKey();
		int lease = lease();
		long expected = this.random.nextInt(4) > 0 ? present(key) : 1;
		this.sides.both("put " + key + " lease " + lease + " expecting " + expected,
				(side) -> side.put(key, "x", lease, expected));
	}

	private void delete() {
		String key = anyKey();
		long expected = present(key);
		this.sides.both("delete " + key + " expecting " + expected, (side) -> side.delete(key, expected));
	}

	private long present(String key) {
		Entry entry = this.sides.model().entry(key);
		return (entry != null) ? entry.modRevision() - 1 : 0;
	}

	private void renew() {
		int lease = lease();
		this.sides.both("renew " + lease, (side) -> side.renew(lease));
	}

	private void leaseKeys() {
		int lease = lease();
		this.sides.both("keys of lease " + lease, (side) -> side.leaseKeys(lease));
	}

	private void revoke() {
		int lease = lease();
		this.sides.both("revoke " + lease, (side) -> side.revoke(lease));
	}

	private void attach() {
		int lease = lease();
		if (this.sides.lives(lease)) {
			String key = (this.random.nextBoolean() ? READABLE : FORBIDDEN) + this.random.nextInt(2);
			this.sides.both("attach " + key + " to lease " + lease, (side) -> side.attach(key, lease));
		}
	}

	private void detach() {
		String prefix = this.random.nextBoolean() ? READABLE : FORBIDDEN;
		this.sides.both("delete " + prefix, (side) -> side.deletePrefix(prefix));
	}

	private void read() {
		List<String> keys = List.of(anyKey(), anyKey());
		this.sides.both("read " + keys, (side) -> side.read(keys));
		String prefix = any(List.of(OURS, READABLE, FORBIDDEN));
		this.sides.both("list " + prefix, (side) -> side.list(KeyRange.prefix(Bytes.utf8(prefix)), false));
	}

	private void watch() {
		String prefix = any(List.of(OURS, READABLE, FORBIDDEN));
		this.sides.watch((side) -> {
			side.watch(KeyRange.prefix(Bytes.utf8(prefix)), 0);
			return "watch of " + prefix;
		});
	}

	private String anyKey() {
		return any(List.of(OURS, OURS, OURS, READABLE, FORBIDDEN)) + this.random.nextInt(3);
	}

	private int lease() {
		return this.random.nextInt(this.leases + 1);
	}

	private <T> T any(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

}
