package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Actions;
import io.github.etcddiscovery.model.EtcdFaults;
import io.github.etcddiscovery.model.Invariants;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Faults of etcd, deeds of other writers and wishes of a caller in an order that a seed
 * decides. Some time after the last of them etcd holds what was asked for last, and
 * nothing else of ours.
 */
final class RandomSchedule {

	private static final KeyRange ONE_LAYOUT = KeyRange.prefix(Bytes.utf8("second/"));

	private static final KeyRange OURS = KeyRange.prefix(Bytes.EMPTY);

	private final Random random;

	private final RegistryRig rig;

	private final List<Wish> wishes = new ArrayList<>();

	private final List<String> happened = new ArrayList<>();

	RandomSchedule(long seed, Layout... layouts) {
		this.random = new Random(seed);
		this.rig = new RegistryRig(RegistryOptions.defaults().withLayouts(layouts));
		this.wishes.add(new Wish(RegistryRig.ECHO));
		this.wishes.add(new Wish(Instance.of("other", "10.0.0.6", 8888)));
	}

	/** Plays the schedule and checks what has come of it. */
	void check() {
		Actions actions = EtcdFaults.of(this.rig.etcd)
			.addAll(EtcdFaults.otherWriters(this.rig.etcd, this::keys))
			.add(2, "a layout is forbidden", () -> this.rig.etcd.forbid(ONE_LAYOUT))
			.add(2, "a layout is permitted", () -> this.rig.etcd.permit(ONE_LAYOUT));
		for (Wish wish : this.wishes) {
			actions.add(3, "update", wish::update)
				.add(3, "suspend or resume", wish::suspendOrResume)
				.add(4, "close or register", wish::closeOrRegister);
		}
		for (int step = 0; step < 25; step++) {
			this.happened.add(actions.next(this.random));
			this.rig.advance(Duration
				.ofMillis(this.random.nextBoolean() ? this.random.nextInt(50) : this.random.nextInt(8_000)));
		}
		this.rig.etcd.heal();
		this.rig.etcd.permit(ONE_LAYOUT);
		this.rig.advance(Duration.ofMinutes(2));
		assertEtcdHoldsWhatIsWanted();
	}

	private void assertEtcdHoldsWhatIsWanted() {
		try {
			this.wishes.forEach(Wish::check);
			Invariants.noGhosts(this.rig.etcd, OURS,
					this.wishes.stream().filter(Wish::wanted).flatMap((wish) -> wish.keys().stream()).toList());
		}
		catch (AssertionError ex) {
			throw new AssertionError(ex.getMessage() + "\nafter " + this.happened, ex);
		}
	}

	private List<String> keys() {
		return this.wishes.stream().flatMap((wish) -> wish.keys().stream()).toList();
	}

	/** What is wanted of one instance. */
	private final class Wish {

		private final Instance instance;

		private Registration registration;

		private boolean suspended;

		private boolean closed;

		private int weight = 10;

		Wish(Instance instance) {
			this.instance = instance;
			this.registration = RandomSchedule.this.rig.registry.register(instance);
		}

		boolean wanted() {
			return !this.closed && !this.suspended;
		}

		List<String> keys() {
			return this.registration.keys().stream().map(KeyStatus::key).toList();
		}

		void update() {
			if (!this.closed) {
				int next = ++this.weight;
				this.registration.update((current) -> current.withWeight(next));
			}
		}

		void suspendOrResume() {
			if (this.closed) {
				return;
			}
			this.suspended = !this.suspended;
			if (this.suspended) {
				this.registration.suspend();
			}
			else {
				this.registration.resume();
			}
		}

		void closeOrRegister(Random random) {
			boolean wasClosed = this.closed;
			if (!this.closed && random.nextInt(2) == 0) {
				RegistryRig.leave(this.registration);
				this.closed = true;
			}
			if (this.closed && (wasClosed || random.nextInt(2) == 0)) {
				this.registration = RandomSchedule.this.rig.registry.register(this.instance.withWeight(++this.weight));
				this.closed = false;
				this.suspended = false;
			}
		}

		void check() {
			RegistryRig rig = RandomSchedule.this.rig;
			for (KeyStatus key : wanted() ? this.registration.keys() : List.<KeyStatus>of()) {
				assertThat(key.state()).as(key.key()).isEqualTo(RegistrationState.REGISTERED);
				Invariants.stands(rig.etcd, key.key(), rig.lease(), "\"weight\":" + this.weight);
			}
		}

	}

}
