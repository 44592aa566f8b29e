package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any faults in any order: some seconds after the last of them every consumer's list is
 * what stands in etcd, and until then it never holds what never stood there.
 */
class ConvergenceTests {

	private static final Duration BOUND = Duration.ofSeconds(45);

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void listsEqualWhatStandsInEtcdAfterAnyFaults(long seed) {
		for (int round = 0; round < Integer.getInteger("rounds", 25); round++) {
			new Round(seed * 1_000 + round).play();
		}
	}

	private static final class Round {

		private final Random random;

		private final String name;

		private final Rig rig = new Rig();

		private final TreeMap<String, ServiceSnapshot> told = new TreeMap<>();

		private final Set<Instance> everPut = new HashSet<>();

		private final Set<Instance> ghosts = new HashSet<>();

		private final List<String> steps = new ArrayList<>();

		Round(long seed) {
			this.random = new Random(seed);
			this.name = "seed " + seed;
		}

		void play() {
			Scope scope = this.random.nextBoolean() ? Scope.PREFIX : Scope.SERVICE;
			EtcdResolver resolver = this.rig.start((options) -> options.withScope(scope));
			for (int i = 0; i < 4; i++) {
				resolver.subscribe("s" + i, (snapshot) -> {
					snapshot.instances()
						.stream()
						.filter((any) -> !this.everPut.contains(any))
						.forEach(this.ghosts::add);
					this.told.put(snapshot.service(), snapshot);
				});
			}
			for (int i = 0; i < 60; i++) {
				step(this.random.nextInt(20));
				this.rig.advance(Duration.ofMillis(this.random.nextInt(4) * this.random.nextLong(2_000)));
			}
			assertThat(this.ghosts).as("%s %s", this.name, this.steps).isEmpty();
			heal();
			this.rig.advance(BOUND);
			for (int i = 0; i < 4; i++) {
				List<Instance> expected = inEtcd("s" + i);
				assertThat(resolver.instances("s" + i)).as("%s %s", this.name, this.steps)
					.containsExactlyInAnyOrderElementsOf(expected);
				assertThat(this.told.get("s" + i).instances()).as("%s %s", this.name, this.steps)
					.isEqualTo(resolver.instances("s" + i));
			}
			assertThat(resolver.staleFor()).as("%s %s", this.name, this.steps).isZero();
		}

		private void step(int kind) {
			this.steps.add(String.valueOf(kind));
			switch (kind) {
				case 0, 1, 2, 3, 4, 5 -> this.rig.put(any());
				case 6, 7, 8 -> this.rig.delete(any());
				case 9 -> this.rig.etcd.down();
				case 10 -> this.rig.etcd.up();
				case 11 -> this.rig.etcd.cutStreams(oneOf(Kind.values()));
				case 12 -> this.rig.etcd.compact();
				case 13 -> this.rig.etcd.freeze();
				case 14 -> this.rig.etcd.thaw();
				case 15 -> this.rig.etcd.wipe();
				case 16 -> this.rig.etcd.delay(oneOf(Call.values()), Duration.ofMillis(this.random.nextInt(4_000)));
				case 17 -> this.rig.etcd.withhold(Call.LIST, 1);
				case 18 -> this.rig.etcd.refuse(Kind.UNAVAILABLE, this.random.nextBoolean() ? Call.LIST : Call.WATCH);
				default -> this.rig.etcd.muteStreams(this.random.nextBoolean());
			}
		}

		private <T> T oneOf(T[] values) {
			return List.of(values).get(this.random.nextInt(values.length));
		}

		private void heal() {
			this.rig.etcd.thaw();
			this.rig.etcd.up();
			this.rig.etcd.muteStreams(false);
			this.rig.etcd.allow();
			this.rig.etcd.withhold(Call.LIST, 0);
			for (Call call : Call.values()) {
				this.rig.etcd.delay(call, Duration.ZERO);
			}
			// What was lost in a mute stream is found by the resync only.
			this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		}

		private Instance any() {
			Instance instance = Rig.instance("s" + this.random.nextInt(4), 1 + this.random.nextInt(5))
				.withWeight(1 + this.random.nextInt(3));
			this.everPut.add(instance);
			return instance;
		}

		private List<Instance> inEtcd(String service) {
			return this.rig.etcd.entries()
				.stream()
				.map((entry) -> Rig.KITEX.decode(null, entry.key(), entry.value()))
				.map((decoded) -> ((Decoded.Found) decoded).instance())
				.filter((instance) -> instance.service().equals(service))
				.toList();
		}

	}

}
