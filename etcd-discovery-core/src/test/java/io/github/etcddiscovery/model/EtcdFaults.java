package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;

/**
 * Everything that can go wrong with the model, as actions of random schedules. What
 * begins and lasts has an action that ends it; {@link ModelEtcd#heal()} ends all.
 */
public final class EtcdFaults {

	private static final List<Call> CALLS = List.of(Call.values());

	/** What a call can end with although nobody has to act: see {@link Kind}. */
	private static final List<Kind> PASSING = List.of(Kind.UNAVAILABLE, Kind.REFUSED, Kind.OVERLOADED);

	/** What an answer can look like although the call was applied. */
	private static final List<Kind> UNCLEAR = List.of(Kind.UNAVAILABLE, Kind.REFUSED);

	private static final String FORBIDDEN = "forbidden/";

	private final ModelEtcd etcd;

	private Backup backup;

	private EtcdFaults(ModelEtcd etcd) {
		this.etcd = etcd;
		this.backup = Backup.of(etcd);
	}

	/**
	 * Returns all faults that need to know no key.
	 * @param etcd what they befall
	 * @return the faults
	 */
	public static Actions of(ModelEtcd etcd) {
		EtcdFaults faults = new EtcdFaults(etcd);
		return new Actions().addAll(faults.process())
			.addAll(faults.calls())
			.addAll(faults.writes())
			.addAll(faults.watches());
	}

	/**
	 * Returns what other writers do to keys.
	 * @param etcd where
	 * @param keys the keys at the time of the action, at least one
	 * @return the actions
	 */
	public static Actions otherWriters(ModelEtcd etcd, Supplier<List<String>> keys) {
		etcd.forbid(KeyRange.prefix(Bytes.utf8(FORBIDDEN)));
		return new Actions().add(2, "a key is deleted", (random) -> etcd.delete(any(keys.get(), random)))
			.add(1, "all leases are revoked", () -> etcd.leases().forEach(etcd::revoke))
			.add(1, "a key is taken over",
					(random) -> etcd.put(any(keys.get(), random), "foreign", etcd.grant(Duration.ofSeconds(15))))
			.add(1, "a key loses its lease", (random) -> etcd.put(any(keys.get(), random), "foreign"))
			.add(1, "a forbidden key is attached to every lease",
					() -> etcd.leases().forEach((lease) -> etcd.put(FORBIDDEN + lease, "x", lease)))
			.add(1, "forbidden keys are deleted",
					() -> etcd.leases().forEach((lease) -> etcd.delete(FORBIDDEN + lease)));
	}

	private Actions process() {
		return new Actions().add(1, "down", this.etcd::down)
			.add(3, "up", this::up)
			.add(1, "wipe", this.etcd::wipe)
			.add(1, "freeze", this.etcd::freeze)
			.add(3, "thaw", this.etcd::thaw)
			.add(2, "backup", () -> this.backup = Backup.of(this.etcd))
			.add(1, "restore", () -> this.backup.restore())
			.add(1, "bumped restore", () -> this.backup.restoreBumped());
	}

	/** Of an etcd that is up already this would be a restart that nobody notices. */
	private void up() {
		if (this.etcd.isDown()) {
			this.etcd.up();
		}
	}

	private Actions calls() {
		return new Actions()
			.add(2, "answers are slow", (random) -> this.etcd.delay(any(CALLS, random), millis(random, 4_000)))
			.add(1, "requests are slow", (random) -> this.etcd.delayRequests(any(CALLS, random), millis(random, 2_500)))
			.add(1, "all is fast", this::allIsFast)
			.add(1, "answers are lost", (random) -> this.etcd.withhold(any(CALLS, random), 1 + random.nextInt(2)))
			.add(1, "answers are garbled",
					(random) -> this.etcd.garble(any(UNCLEAR, random), any(CALLS, random), 1 + random.nextInt(2)))
			.add(2, "calls are refused",
					(random) -> this.etcd.refuseNext(any(PASSING, random), any(CALLS, random), 1 + random.nextInt(3)))
			.add(1, "the leader is stale", () -> this.etcd.staleLeader(true))
			.add(2, "the leader is back", () -> this.etcd.staleLeader(false))
			.add(1, "a write fills the database, and is applied and refused",
					() -> this.etcd.garble(Kind.NO_SPACE, Call.COMMIT, 1))
			.add(1, "the database is full", () -> this.etcd.full(true))
			.add(2, "the database has space", () -> this.etcd.full(false))
			.add(1, "pages are small", (random) -> this.etcd.pageSize(1 + random.nextInt(3)));
	}

	private void allIsFast() {
		CALLS.forEach((call) -> this.etcd.delay(call, Duration.ZERO));
		CALLS.forEach((call) -> this.etcd.delayRequests(call, Duration.ZERO));
	}

	private Actions writes() {
		return new Actions()
			.add(2, "a write is taken and not applied", () -> this.etcd.lateWrites().hold(Call.COMMIT, 1))
			.add(1, "a grant is taken and not applied", () -> this.etcd.lateWrites().hold(Call.GRANT, 1))
			.add(5, "a late write is applied", (random) -> this.etcd.lateWrites().applyAny(random))
			.add(1, "a frozen etcd has taken writes", (random) -> this.etcd.lateWrites().afterThaw(true));
	}

	private Actions watches() {
		WatchFaults watches = this.etcd.watchFaults();
		return new Actions().add(2, "streams break", () -> this.etcd.cutStreams(Kind.UNAVAILABLE))
			.add(1, "streams are mute", () -> this.etcd.muteStreams(true))
			.add(2, "streams speak", () -> this.etcd.muteStreams(false))
			.add(1, "a change is lost", () -> watches.loseChanges(1))
			.add(1, "changes are held back", () -> watches.holdBack(true))
			.add(2, "changes go on", () -> watches.holdBack(false))
			.add(1, "streams are limited", (random) -> watches.limitStreams(random.nextInt(2)))
			.add(2, "streams are not limited", () -> watches.limitStreams(Integer.MAX_VALUE))
			.add(1, "tokens expire", watches::expireTokens)
			.add(2, "history is compacted", this::compact)
			.add(1, "a watch is compacted", watches::compactAny)
			.add(1, "watches are not confirmed", () -> this.etcd.confirmStreams(false))
			.add(2, "watches are confirmed", () -> this.etcd.confirmStreams(true));
	}

	private void compact() {
		this.etcd.put("noise", "so that there is something to compact");
		this.etcd.compact();
	}

	private static <T> T any(List<T> list, Random random) {
		return list.get(random.nextInt(list.size()));
	}

	private static Duration millis(Random random, int bound) {
		return Duration.ofMillis(random.nextInt(bound));
	}

}
