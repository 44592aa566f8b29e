package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Actions;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.Change;
import io.github.etcddiscovery.model.Effect;
import io.github.etcddiscovery.model.EtcdFaults;
import io.github.etcddiscovery.model.Invariants;
import io.github.etcddiscovery.model.Seeds;
import io.github.etcddiscovery.retry.RetryOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Faults of etcd, deeds of other writers and wishes of a caller in an order that a seed
 * decides. One observe delay after the last of them etcd holds what was asked for last,
 * and nothing else of ours; and the registry does what it did before: it puts back what
 * is deleted, and goes on to renew its lease.
 */
final class RandomSchedule {

	private static final KeyRange ONE_LAYOUT = KeyRange.prefix(Bytes.utf8("second/"));

	private static final KeyRange FORBIDDEN = KeyRange.prefix(Bytes.utf8("forbidden/"));

	private static final KeyRange OURS = KeyRange.prefix(Bytes.EMPTY);

	/** The observe delay, and what is done at its end. */
	private static final Duration BOUND = RetryOptions.defaults().observeDelay().plusSeconds(1);

	/** What is deleted more often than three times in it is not put back at once. */
	private static final Duration MEMORY_OF_DELETIONS = Duration.ofMinutes(1);

	private final Random random;

	/** Whether attempts stop at FAILED: then nothing of ours may stand. */
	private final boolean givesUp;

	private final RegistryRig rig;

	/** A refusal can have been on its way when all was well again; its pause follows. */
	private static final Duration REFUSAL_UNDER_WAY = Duration.ofSeconds(10);

	private final List<Wish> wishes = new ArrayList<>();

	private final List<String> happened = new ArrayList<>();

	RandomSchedule(long seed, Layout... layouts) {
		this.random = Seeds.random(seed);
		this.givesUp = seed % 4 == 3;
		RetryOptions retry = RetryOptions.defaults();
		this.rig = RegistryRig.withoutThreads(RegistryOptions.defaults()
			.withLayouts(layouts)
			.withRetry(
					new RetryOptions(5, retry.initialDelay(), retry.retryDelay(), retry.observeDelay(), this.givesUp)));
		this.wishes.add(new Wish(this.rig, this.givesUp, RegistryRig.ECHO));
		this.wishes.add(new Wish(this.rig, this.givesUp, Instance.of("other", "10.0.0.6", 8888)));
	}

	/** Plays the schedule and checks what has come of it. */
	void check() {
		Actions actions = actions();
		for (int step = 0; step < 25; step++) {
			this.happened.add(actions.next(this.random));
			this.rig.advance(Duration
				.ofMillis(this.random.nextBoolean() ? this.random.nextInt(50) : this.random.nextInt(8_000)));
		}
		heal();
		this.rig.advance(BOUND);
		afterwards("one observe delay after the last fault", () -> {
			this.wishes.stream().filter((wish) -> !wish.isRefused()).forEach(Wish::check);
			Invariants.noGhosts(this.rig.etcd, OURS, wantedKeys());
		});
		this.rig.advance(REFUSAL_UNDER_WAY);
		afterwards("after the pause of a refusal that was under way", this::assertEtcdHoldsWhatIsWanted);
		this.rig.advance(MEMORY_OF_DELETIONS);
		if (!wantedKeys().isEmpty()) {
			takesOverWhatIsEdited();
			putsBackWhatIsDeleted();
			renewsThoughTwoRenewalsAreRefused();
			seesALossWithoutWatches();
			movesToAnotherLeaseBeforeTheKeysGo();
			removesAPutThatIsAppliedLate();
		}
	}

	/** And keeps it through all that follows. */
	private void takesOverWhatIsEdited() {
		this.wishes.stream()
			.filter((wish) -> !wish.wantedKeys().isEmpty())
			.forEach((wish) -> wish.editForGood(this.random));
		this.rig.run();
		afterwards("at once after edits", this::assertEtcdHoldsWhatIsWanted);
	}

	private void putsBackWhatIsDeleted() {
		this.rig.etcd.delete(wantedKeys().toArray(String[]::new));
		this.rig.advance(Duration.ofSeconds(1));
		afterwards("one second after a loss", this::assertEtcdHoldsWhatIsWanted);
	}

	private void renewsThoughTwoRenewalsAreRefused() {
		int before = this.rig.etcd.changes().size();
		this.rig.etcd.refuseNext(EtcdDiscoveryException.Kind.REFUSED, Call.RENEW, 2);
		this.rig.advance(RegistryRig.TTL.multipliedBy(2));
		afterwards("after two refused renewals",
				() -> assertThat(this.rig.etcd.changes()).as("changes").hasSize(before));
	}

	private void seesALossWithoutWatches() {
		this.rig.etcd.watchFaults().limitStreams(0);
		this.rig.etcd.cutStreams(EtcdDiscoveryException.Kind.UNAVAILABLE);
		this.rig.advance(Duration.ofSeconds(10));
		this.rig.etcd.delete(wantedKeys().toArray(String[]::new));
		this.rig.advance(Duration.ofSeconds(6));
		afterwards("after a loss without watches", this::assertEtcdHoldsWhatIsWanted);
		this.rig.etcd.heal();
	}

	private void movesToAnotherLeaseBeforeTheKeysGo() {
		int before = this.rig.etcd.changes().size();
		this.rig.etcd.forbid(FORBIDDEN);
		this.rig.etcd.put("forbidden/key", "x", this.rig.lease());
		this.rig.advance(RegistryRig.TTL.multipliedBy(2));
		afterwards("after a forbidden key was attached to the lease", () -> {
			assertEtcdHoldsWhatIsWanted();
			List<Change> since = this.rig.etcd.changes().subList(before, this.rig.etcd.changes().size());
			assertThat(since).as("changes")
				.noneMatch((change) -> change.event().type() == WatchEvent.Type.DELETE
						&& wantedKeys().contains(change.event().entry().key().strictUtf8()));
		});
	}

	/**
	 * Of an instance that has left: made on whatever stood there. While etcd is well,
	 * that is not left to the list of the lease's keys.
	 */
	private void removesAPutThatIsAppliedLate() {
		Instance leaving = Instance.of("late", "10.0.0.7", 8888);
		String key = RegistryRig.KEY.replace("echo/10.0.0.5", "late/10.0.0.7");
		switch (this.random.nextInt(3)) {
			case 0 -> this.rig.etcd.put(key, "foreign", this.rig.etcd.grant(Duration.ofHours(1)));
			case 1 -> this.rig.etcd.put(key, "foreign");
			default -> this.rig.etcd.delete(key);
		}
		this.rig.etcd.delay(Call.COMMIT, Duration.ofMillis(10));
		Registration registration = this.rig.registry.register(leaving);
		this.rig.advance(Duration.ofMillis(this.random.nextInt(15)));
		this.rig.etcd.lateWrites().hold(Call.COMMIT, 1 + this.random.nextInt(3));
		registration.update((instance) -> instance.withWeight(77));
		this.rig.advance(Duration.ofMillis(this.random.nextInt(8_000)));
		RegistryRig.leave(registration);
		this.rig.advance(Duration.ofMillis(this.random.nextInt(8_000)));
		this.rig.etcd.lateWrites().holdNoMore();
		this.rig.advance(Duration.ofSeconds(8));
		while (this.rig.etcd.lateWrites().count() > 0) {
			this.rig.etcd.lateWrites().applyAny(this.random);
			this.rig.advance(Duration.ofSeconds(1));
			afterwards("one second after a late put of what has left", this::assertEtcdHoldsWhatIsWanted);
		}
	}

	private void afterwards(String when, Runnable assertion) {
		try {
			assertion.run();
		}
		catch (AssertionError ex) {
			throw new AssertionError(when + ": " + ex.getMessage() + "\nafter " + this.happened, ex);
		}
	}

	Actions actions() {
		Actions actions = EtcdFaults.of(this.rig.etcd)
			.addAll(EtcdFaults.otherWriters(this.rig.etcd, this::keys))
			.add(2, "a layout is forbidden", () -> this.rig.etcd.forbid(ONE_LAYOUT))
			.add(2, "a layout is permitted", () -> this.rig.etcd.permit(ONE_LAYOUT));
		for (Wish wish : this.wishes) {
			actions.add(3, "update", wish::update)
				.add(3, "suspend or resume", wish::suspendOrResume)
				.add(4, "close or register", wish::closeOrRegister)
				.add(3, "edit of another", wish::edit);
		}
		return actions;
	}

	/** The last late writes are applied at once, or one by one while all is well. */
	private void heal() {
		this.rig.etcd.healAllButLateWrites();
		boolean oneByOne = this.random.nextBoolean();
		while (this.rig.etcd.lateWrites().count() > 0) {
			if (oneByOne) {
				this.rig.advance(Duration.ofMillis(this.random.nextInt(10_000)));
			}
			this.rig.etcd.lateWrites().applyAny(this.random);
		}
	}

	Set<Effect> effects() {
		return this.rig.etcd.effects();
	}

	List<String> happened() {
		return this.happened;
	}

	private void assertEtcdHoldsWhatIsWanted() {
		this.wishes.forEach(Wish::check);
		Invariants.noGhosts(this.rig.etcd, OURS, wantedKeys());
		this.wishes.forEach(Wish::checkPuts);
	}

	private List<String> wantedKeys() {
		return this.wishes.stream().flatMap((wish) -> wish.wantedKeys().stream()).map(KeyStatus::key).toList();
	}

	private List<String> keys() {
		return this.wishes.stream().flatMap((wish) -> wish.keys().stream()).toList();
	}

}
