package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Backup;
import io.github.etcddiscovery.model.Call;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Faults of etcd and wishes of a caller in an order that a seed decides. Two minutes
 * after the last fault, etcd holds what was asked for last.
 */
final class RandomSchedule {

	private static final List<Call> CALLS = List.of(Call.GRANT, Call.RENEW, Call.COMMIT, Call.LIST, Call.WATCH);

	private static final KeyRange ONE_LAYOUT = KeyRange.prefix(Bytes.utf8("second/"));

	private final long seed;

	private final RegistryRig rig;

	private Registration registration;

	private Backup backup;

	private boolean suspended;

	private boolean closed;

	private int weight = 10;

	RandomSchedule(long seed, Layout... layouts) {
		this.seed = seed;
		this.rig = new RegistryRig(RegistryOptions.defaults().withLayouts(layouts));
		this.registration = this.rig.registry.register(RegistryRig.ECHO);
		this.backup = Backup.of(this.rig.etcd);
	}

	void check() {
		Random random = new Random(this.seed);
		for (int step = 0; step < 25; step++) {
			step(random);
			this.rig.advance(Duration.ofMillis(random.nextBoolean() ? random.nextInt(50) : random.nextInt(8_000)));
		}
		heal();
		this.rig.advance(Duration.ofMinutes(2));
		this.registration.keys().forEach(this::check);
	}

	private void check(KeyStatus key) {
		String what = key.key() + ", seed " + this.seed;
		Entry entry = this.rig.etcd.entry(key.key());
		if (this.closed || this.suspended) {
			assertThat(entry).as(what).isNull();
		}
		else {
			assertThat(key.state()).as(what).isEqualTo(RegistrationState.REGISTERED);
			assertThat(entry.value().strictUtf8()).as(what).contains("\"weight\":" + this.weight);
			assertThat(entry.lease()).as(what).isEqualTo(this.rig.lease());
		}
	}

	private void step(Random random) {
		switch (random.nextInt(20)) {
			case 0 -> this.rig.etcd.down();
			case 1, 2 -> this.rig.etcd.up();
			case 3 -> this.rig.etcd.wipe();
			case 4 -> this.rig.etcd.delete(anyKey(random));
			case 5 -> this.rig.etcd.leases().forEach(this.rig.etcd::revoke);
			case 6 -> this.rig.etcd.put(anyKey(random), "foreign", this.rig.etcd.grant(RegistryRig.TTL));
			case 7 -> this.rig.etcd.withhold(CALLS.get(random.nextInt(4)), 1);
			case 8 -> this.rig.etcd.delay(CALLS.get(random.nextInt(5)), Duration.ofMillis(random.nextInt(2_500)));
			case 9 -> this.rig.etcd.freeze();
			case 10 -> this.rig.etcd.thaw();
			case 11 -> this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
			case 12 -> {
				this.rig.etcd.put("noise", "so that there is something to compact");
				this.rig.etcd.compact();
			}
			case 13 -> this.rig.etcd.forbid(ONE_LAYOUT);
			case 14 -> this.rig.etcd.permit(ONE_LAYOUT);
			case 15 -> update();
			case 16 -> suspendOrResume();
			case 17 -> this.backup = Backup.of(this.rig.etcd);
			case 18 -> this.backup.restore();
			default -> closeOrRegister(random);
		}
	}

	private void update() {
		if (!this.closed) {
			int next = ++this.weight;
			this.registration.update((instance) -> instance.withWeight(next));
		}
	}

	private void suspendOrResume() {
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

	private void closeOrRegister(Random random) {
		if (this.closed) {
			this.registration = this.rig.registry.register(RegistryRig.ECHO.withWeight(++this.weight));
			this.closed = false;
			this.suspended = false;
		}
		else if (random.nextInt(3) == 0) {
			RegistryRig.leave(this.registration);
			this.closed = true;
		}
	}

	private String anyKey(Random random) {
		return this.registration.keys().get(random.nextInt(this.registration.keys().size())).key();
	}

	private void heal() {
		this.rig.etcd.permit(ONE_LAYOUT);
		this.rig.etcd.thaw();
		this.rig.etcd.up();
		CALLS.forEach((call) -> {
			this.rig.etcd.withhold(call, 0);
			this.rig.etcd.delay(call, Duration.ZERO);
		});
	}

}
