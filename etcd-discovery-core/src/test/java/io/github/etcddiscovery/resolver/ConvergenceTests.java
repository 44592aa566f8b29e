package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.guard.GuardOptions;
import io.github.etcddiscovery.model.Actions;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.Effect;
import io.github.etcddiscovery.model.EtcdFaults;
import io.github.etcddiscovery.model.Seeds;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any faults in any order: some seconds after the last of them every consumer's list is
 * what stands in etcd, and until then it never holds what never stood there.
 */
class ConvergenceTests {

	private static final String NAME = "Schedules of the resolver";

	/** A resolver writes nothing and has no lease. */
	private static final EnumSet<Effect> OF_WRITES = EnumSet.of(Effect.RENEWAL_REFUSED, Effect.DATABASE_FULL,
			Effect.KEY_FORBIDDEN, Effect.LEASE_FORBIDDEN, Effect.WRITE_TAKEN, Effect.WRITE_APPLIED_LATE,
			Effect.WRITE_OVERTOOK, Effect.STALE_LIST);

	private static final Duration BOUND = Duration.ofSeconds(45);

	private static final Duration RESYNC = Duration.ofSeconds(15);

	@Test
	void listsEqualWhatStandsInEtcdAfterAnyFaults() {
		assertThat(Seeds.within(Duration.ofSeconds(8), NAME, (seed) -> new Round(seed).play())).isPositive();
	}

	@Tag("long")
	@Test
	void listsEqualWhatStandsInEtcdAfterAnyFaultsInManySchedules() {
		Seeds.first(100_000, NAME, (seed) -> new Round(seed).play());
	}

	@Test
	void everyKindOfFaultBefallsTheResolver() {
		Set<Effect> possible = EnumSet.complementOf(OF_WRITES);
		Set<String> actions = new Round(0).actions().names();
		Set<Effect> met = EnumSet.noneOf(Effect.class);
		Set<String> drawn = new HashSet<>();
		Seeds.until(() -> met.containsAll(possible) && drawn.containsAll(actions), NAME, (seed) -> {
			Round round = new Round(seed);
			round.play();
			met.addAll(round.rig.etcd.effects());
			drawn.addAll(round.steps);
		});
		assertThat(met).containsExactlyInAnyOrderElementsOf(possible);
		assertThat(drawn).containsExactlyInAnyOrderElementsOf(actions);
	}

	private static final class Round {

		private final Random random;

		/** Whether a resync comes within the bound. */
		private final boolean resyncsOften;

		private final String name;

		private final Rig rig = new Rig();

		private final TreeMap<String, ServiceSnapshot> told = new TreeMap<>();

		private final Set<Instance> everPut = new HashSet<>();

		private final Set<Instance> ghosts = new HashSet<>();

		private final Set<Integer> subscribed = new HashSet<>();

		private final List<String> steps = new ArrayList<>();

		Round(long seed) {
			this.random = Seeds.random(seed);
			this.resyncsOften = this.random.nextBoolean();
			this.name = "seed " + seed;
		}

		void play() {
			Scope scope = this.random.nextBoolean() ? Scope.PREFIX : Scope.SERVICE;
			this.rig.otherwise = oneOf(Answer.values());
			GuardOptions guard = new GuardOptions(this.random.nextBoolean(), 1 + this.random.nextInt(100),
					1 + this.random.nextInt(3), Duration.ofSeconds(15), Duration.ofSeconds(10),
					this.random.nextBoolean());
			this.rig.start((options) -> timing(options.withScope(scope).withGuard(guard)));
			subscribeTo(0);
			subscribeTo(1);
			Actions actions = actions();
			for (int i = 0; i < 60; i++) {
				this.steps.add(actions.next(this.random));
				this.rig.advance(Duration.ofMillis(this.random.nextInt(4) * this.random.nextLong(2_000)));
			}
			assertThat(this.ghosts).as("%s %s", this.name, this.steps).isEmpty();
			heal();
			subscribeTo(2);
			subscribeTo(3);
			this.rig.advance(BOUND);
			for (int i = 0; i < 4; i++) {
				List<Instance> expected = inEtcd("s" + i);
				assertThat(this.rig.resolver.instances("s" + i)).as("%s %s", this.name, this.steps)
					.containsExactlyInAnyOrderElementsOf(expected);
				assertThat(this.told.get("s" + i).instances()).as("%s %s", this.name, this.steps)
					.isEqualTo(this.rig.resolver.instances("s" + i));
			}
			assertThat(this.rig.resolver.staleFor()).as("%s %s", this.name, this.steps).isZero();
		}

		private ResolverOptions timing(ResolverOptions options) {
			return this.resyncsOften ? Rig.timing(Duration.ofSeconds(5), RESYNC, Duration.ZERO).apply(options)
					: options;
		}

		/** Once: each of four services is asked for at some time. */
		private void subscribeTo(int number) {
			if (!this.subscribed.add(number)) {
				return;
			}
			this.rig.resolver.subscribe("s" + number, (snapshot) -> {
				snapshot.instances().stream().filter((any) -> !this.everPut.contains(any)).forEach(this.ghosts::add);
				this.told.put(snapshot.service(), snapshot);
			});
		}

		private Actions actions() {
			return EtcdFaults.of(this.rig.etcd)
				.add(3, "a service is asked for", (random) -> subscribeTo(random.nextInt(4)))
				.add(1, "a list is compacted between its pages", this::compactBetweenPages)
				.add(16, "put", () -> this.rig.put(any()))
				.add(8, "delete", () -> this.rig.delete(any()))
				.add(1, "streams end", (random) -> this.rig.etcd.cutStreams(oneOf(Kind.values())))
				.add(1, "lists have no answer", () -> this.rig.etcd.refuse(Kind.UNAVAILABLE, Call.LIST))
				.add(1, "watches are refused", () -> this.rig.etcd.refuse(Kind.UNAVAILABLE, Call.WATCH))
				.add(2, "nothing is refused", () -> this.rig.etcd.allow());
		}

		private void compactBetweenPages() {
			this.rig.etcd.pageSize(1);
			this.rig.etcd.delay(Call.LIST, Duration.ofMillis(50));
			this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
			this.rig.advance(Duration.ofMillis(this.random.nextInt(1_000)));
			this.rig.etcd.put("noise", "so that there is something to compact");
			this.rig.etcd.compact();
		}

		private <T> T oneOf(T[] values) {
			return List.of(values).get(this.random.nextInt(values.length));
		}

		private void heal() {
			this.rig.etcd.heal();
			if (!this.resyncsOften) {
				// What was lost on a stream that lives on is found by the resync only.
				this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
			}
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
