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
import io.github.etcddiscovery.model.Actions;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.EtcdFaults;
import io.github.etcddiscovery.model.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any faults in any order: some seconds after the last of them every consumer's list is
 * what stands in etcd, and until then it never holds what never stood there.
 */
class ConvergenceTests {

	private static final Duration BOUND = Duration.ofSeconds(45);

	@Test
	void listsEqualWhatStandsInEtcdAfterAnyFaults() {
		assertThat(Seeds.within(Duration.ofSeconds(15), (seed) -> new Round(seed).play())).isPositive();
	}

	@Tag("long")
	@Test
	void listsEqualWhatStandsInEtcdAfterAnyFaultsInManySchedules() {
		Seeds.first(100_000, (seed) -> new Round(seed).play());
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
			Actions actions = actions();
			for (int i = 0; i < 60; i++) {
				this.steps.add(actions.next(this.random));
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

		private Actions actions() {
			return EtcdFaults.of(this.rig.etcd)
				.add(16, "put", () -> this.rig.put(any()))
				.add(8, "delete", () -> this.rig.delete(any()))
				.add(1, "streams end", (random) -> this.rig.etcd.cutStreams(oneOf(Kind.values())))
				.add(1, "lists have no answer", () -> this.rig.etcd.refuse(Kind.UNAVAILABLE, Call.LIST))
				.add(1, "watches are refused", () -> this.rig.etcd.refuse(Kind.UNAVAILABLE, Call.WATCH))
				.add(2, "nothing is refused", () -> this.rig.etcd.allow());
		}

		private <T> T oneOf(T[] values) {
			return List.of(values).get(this.random.nextInt(values.length));
		}

		private void heal() {
			this.rig.etcd.heal();
			// What was lost on a stream that lives on is found by the resync only.
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
				.filter(Decoded.Found.class::isInstance)
				.map((decoded) -> ((Decoded.Found) decoded).instance())
				.filter((instance) -> instance.service().equals(service))
				.toList();
		}

	}

}
