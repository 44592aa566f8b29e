package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever happens in whatever order: two minutes after the last fault, etcd holds what
 * was asked for last.
 */
class RandomScheduleTests {

	private static final List<Call> CALLS = List.of(Call.GRANT, Call.RENEW, Call.COMMIT, Call.LIST, Call.WATCH);

	private final RegistryRig rig = new RegistryRig();

	private Registration registration = this.rig.registry.register(RegistryRig.ECHO);

	private boolean suspended;

	private boolean closed;

	private int weight = 10;

	static LongStream someSeeds() {
		return LongStream.range(0, 1_000);
	}

	static LongStream manySeeds() {
		return LongStream.range(1_000, 21_000);
	}

	@ParameterizedTest
	@MethodSource("someSeeds")
	void etcdHoldsWhatWasAskedForLast(long seed) {
		check(seed);
	}

	@Tag("long")
	@ParameterizedTest
	@MethodSource("manySeeds")
	void etcdHoldsWhatWasAskedForLastInManySchedules(long seed) {
		check(seed);
	}

	private void check(long seed) {
		Random random = new Random(seed);
		for (int step = 0; step < 25; step++) {
			step(random);
			this.rig.advance(Duration.ofMillis(random.nextBoolean() ? random.nextInt(50) : random.nextInt(8_000)));
		}
		heal();
		this.rig.advance(Duration.ofMinutes(2));

		if (this.closed || this.suspended) {
			assertThat(this.rig.entry()).as("seed " + seed).isNull();
		}
		else {
			assertThat(this.rig.value()).as("seed " + seed).contains("\"weight\":" + this.weight);
			assertThat(this.rig.entry().lease()).as("seed " + seed).isEqualTo(this.rig.lease());
			assertThat(this.registration.state()).as("seed " + seed).isEqualTo(RegistrationState.REGISTERED);
		}
	}

	private void step(Random random) {
		switch (random.nextInt(16)) {
			case 0 -> this.rig.etcd.down();
			case 1, 2 -> this.rig.etcd.up();
			case 3 -> this.rig.etcd.wipe();
			case 4 -> this.rig.etcd.delete(RegistryRig.KEY);
			case 5 -> this.rig.etcd.leases().forEach(this.rig.etcd::revoke);
			case 6 -> this.rig.etcd.put(RegistryRig.KEY, "foreign", this.rig.etcd.grant(RegistryRig.TTL));
			case 7 -> this.rig.etcd.withhold(CALLS.get(random.nextInt(4)), 1);
			case 8 -> this.rig.etcd.delay(CALLS.get(random.nextInt(5)), Duration.ofMillis(random.nextInt(2_500)));
			case 9 -> this.rig.etcd.freeze();
			case 10 -> this.rig.etcd.thaw();
			case 11 -> this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
			case 12 -> {
				this.rig.etcd.put("noise", "so that there is something to compact");
				this.rig.etcd.compact();
			}
			case 13 -> update();
			case 14 -> suspendOrResume();
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

	private void heal() {
		this.rig.etcd.thaw();
		this.rig.etcd.up();
		CALLS.forEach((call) -> {
			this.rig.etcd.withhold(call, 0);
			this.rig.etcd.delay(call, Duration.ZERO);
		});
	}

}
