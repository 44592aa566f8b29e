package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdCluster;

/**
 * Random steps that a seed decides, of one who may do everything.
 */
final class Script {

	private final Random random;

	private final String prefix;

	private final KeyRange range;

	private final TwoSides sides;

	private final Actions steps = new Actions();

	private int leases;

	private int watches;

	private long compacted;

	private int step;

	Script(long seed, EtcdCluster etcd) {
		this.random = new Random(seed);
		this.prefix = "seed" + seed + "/";
		this.range = KeyRange.prefix(Bytes.utf8(this.prefix));
		this.sides = new TwoSides(this.prefix, etcd, EtcdClientSettings.of(etcd.endpoint()));
		this.sides.model().pageSize(2);
		this.steps.add(2, "grant", this::grant)
			.add(6, "put", this::put)
			.add(2, "delete", this::delete)
			.add(1, "renew", this::renew)
			.add(2, "lease keys", this::leaseKeys)
			.add(1, "revoke", this::revoke)
			.add(1, "read", this::read)
			.add(2, "list", this::list)
			.add(1, "probe", this::probe)
			.add(2, "watch", this::watch)
			.add(1, "close a watch", this::closeWatch)
			.add(1, "edit", this::edit)
			.add(1, "delete many", this::deleteMany)
			.add(1, "compact", this::compact);
	}

	void play(int length) {
		try (this.sides) {
			while (this.step < length) {
				this.step++;
				this.steps.next(this.random);
			}
			this.sides.awaitTheSameTold();
		}
	}

	/** They outlive all scripts that are played on the same etcd after this one. */
	private void grant() {
		Duration ttl = Duration.ofHours(1).plusSeconds(this.random.nextInt(60));
		this.sides.both("grant " + ttl, (side) -> side.grant(ttl));
		this.leases++;
	}

	private void put() {
		String key = key();
		int lease = lease();
		long expected = expected(key);
		String value = (this.random.nextInt(20) == 0) ? "x".repeat(70_000) : "v" + this.step;
		this.sides.both("put " + key + " lease " + lease + " expecting " + expected,
				(side) -> side.put(key, value, lease, expected));
	}

	private void delete() {
		String key = key();
		long expected = expected(key);
		this.sides.both("delete " + key + " expecting " + expected, (side) -> side.delete(key, expected));
	}

	/** Mostly the right revision, else none or an old one. */
	private long expected(String key) {
		long present = this.sides.model().entry(key) != null ? this.sides.model().entry(key).modRevision() - 1 : 0;
		return switch (this.random.nextInt(5)) {
			case 0 -> 0;
			case 1 -> 1 + this.random.nextInt(20);
			default -> present;
		};
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

	private void read() {
		List<String> keys = IntStream.rangeClosed(0, this.random.nextInt(4)).mapToObj((number) -> key()).toList();
		this.sides.both("read " + keys, (side) -> side.read(keys));
	}

	private void list() {
		boolean keysOnly = this.random.nextBoolean();
		this.sides.both("list, keys only: " + keysOnly, (side) -> side.list(this.range, keysOnly));
	}

	private void probe() {
		this.sides.both("probe", (side) -> side.probe(this.range));
	}

	/**
	 * From history, from now on, or from a revision that is still to come. One from
	 * history is of all keys, so that what it is told shows that etcd has read it.
	 */
	private void watch() {
		long present = this.sides.model().revision() - 1;
		long from = this.random.nextBoolean() ? 0 : Math.max(1, present + 3 - this.random.nextInt(30));
		boolean fromHistory = from != 0 && from <= present;
		KeyRange watched = (fromHistory || this.random.nextBoolean()) ? this.range : KeyRange.single(Bytes.utf8(key()));
		this.sides.watch((side) -> {
			side.watch(watched, from);
			return "watch of " + watched + " from " + from;
		});
		this.watches++;
	}

	private void closeWatch() {
		if (this.watches > 0) {
			int number = this.random.nextInt(this.watches);
			this.sides.awaitTheSameTold();
			this.sides.both("close watch", (side) -> {
				side.closeWatch(number);
				return "closed " + number;
			});
		}
	}

	private void edit() {
		String key = key();
		if (this.sides.model().entry(key) != null) {
			this.sides.both("edit " + key, (side) -> side.edit(key, "edited " + this.step));
		}
	}

	private void deleteMany() {
		this.sides.both("delete many", (side) -> side.deletePrefix(this.prefix));
	}

	private void compact() {
		long present = this.sides.model().revision() - 1;
		if (present > this.compacted && this.random.nextBoolean()) {
			this.compacted += 1 + this.random.nextLong(present - this.compacted);
			long revision = this.compacted;
			// A real one reads history some 100 ms later: not from under its feet.
			this.sides.awaitTheSameTold();
			this.sides.both("compact " + revision, (side) -> side.compact(revision));
		}
	}

	private String key() {
		return this.prefix + this.random.nextInt(6);
	}

	/** One of those granted, or, now and then, none. */
	private int lease() {
		return this.random.nextInt(this.leases + 1);
	}

}
