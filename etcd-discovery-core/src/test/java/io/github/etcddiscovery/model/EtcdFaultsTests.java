package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.client.Write;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EtcdFaultsTests {

	private static final Duration TTL = Duration.ofSeconds(15);

	@Test
	void afterAnyFaultsAHealedEtcdDoesWhatItIsAskedFor() {
		Seeds.first(300, "faults", (seed) -> {
			ModelRig rig = new ModelRig();
			Watches watches = rig.client.watches(rig.owner);
			List<String> steps = faults(rig, watches, Seeds.random(seed));
			rig.etcd.heal();
			rig.advance(Duration.ofSeconds(5));
			watches.close();
			rig.told();
			watches.watch(ModelRig.RANGE, 0, rig.listener("healed"));
			assertThat(rig.told()).as("%s", steps).hasSize(1).allMatch((line) -> line.startsWith("healed confirmed"));
			Lease lease = rig.answer(rig.client.grant(TTL));
			assertThat(rig.answer(rig.put("a/healed", lease.id(), 0)).applied()).as("%s", steps).isTrue();
			assertThat(rig.told()).as("%s", steps).hasSize(1);
			rig.answer(rig.client.list(ModelRig.RANGE, false, rig.owner, (page) -> {
			}));
			assertThat(rig.answer(rig.client.leaseKeys(lease.id())).keys()).hasSize(1);
			assertThat(rig.etcd.lateWrites().count()).isZero();
		});
	}

	/** Every call ends within its deadline, whatever happens. */
	private static List<String> faults(ModelRig rig, Watches watches, Random random) {
		Actions actions = new Actions().addAll(EtcdFaults.of(rig.etcd))
			.addAll(EtcdFaults.otherWriters(rig.etcd, () -> List.of("a/1", "a/2")));
		List<String> steps = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			steps.add(actions.next(random));
			watches.watch(ModelRig.RANGE, random.nextInt(3), rig.listener("faulty"));
			List<CompletableFuture<?>> calls = List.of(rig.client.grant(TTL), rig.put("a/1", 0x1001, 0),
					rig.client.leaseKeys(0x1001), rig.client.read(List.of(Bytes.utf8("a/1"))),
					rig.client.list(ModelRig.RANGE, true, rig.owner, (page) -> {
					}));
			rig.advance(Duration.ofMillis(random.nextInt(4_000)));
			if (random.nextInt(8) == 0) {
				rig.advance(Duration.ofSeconds(9));
				assertThat(calls).as("%s", steps).allMatch(CompletableFuture::isDone);
			}
		}
		return steps;
	}

	@Test
	void actionsAreDrawnByTheirWeights() {
		Map<String, Integer> drawn = new HashMap<>();
		Random random = new Random(42);
		Actions actions = new Actions().add(1, "seldom", () -> {
		}).add(3, "often", () -> {
		});
		for (int i = 0; i < 4_000; i++) {
			drawn.merge(actions.next(random), 1, Integer::sum);
		}
		assertThat(drawn.get("seldom")).isBetween(900, 1_100);
	}

	@Test
	void aScheduleThatFailsSaysItsSeed() {
		assertThatThrownBy(() -> Seeds.first(10, "failing ones", (seed) -> assertThat(seed).isLessThan(7)))
			.isInstanceOf(AssertionError.class)
			.hasMessageStartingWith("seed 7 (-Dseed=7 plays it alone): ");
	}

	@Test
	void asManySchedulesArePlayedAsFitIntoATime() {
		List<Long> played = new ArrayList<>();
		long number = Seeds.within(Duration.ofMillis(50), "nothing", played::add);
		assertThat(played).isNotEmpty().hasSize((int) number).isSorted();
	}

	@Test
	void aGhostIsWhatAClientHasPutAndNobodyWants() {
		ModelRig rig = new ModelRig();
		long lease = rig.etcd.grant(TTL);
		rig.answer(rig.put("a/1", lease, 0));
		rig.etcd.put("a/2", "foreign", lease);
		Invariants.noGhosts(rig.etcd, ModelRig.RANGE, List.of("a/1"));
		assertThatThrownBy(() -> Invariants.noGhosts(rig.etcd, ModelRig.RANGE, List.of()))
			.isInstanceOf(AssertionError.class)
			.hasMessageContaining("a/1");
		Invariants.stands(rig.etcd, "a/1", lease, "x");
		assertThatThrownBy(() -> Invariants.stands(rig.etcd, "a/3", lease, "x")).isInstanceOf(AssertionError.class);
	}

	@Test
	void aPutWithoutAReasonIsOneTooMany() {
		ModelRig rig = new ModelRig();
		long lease = rig.etcd.grant(TTL);
		rig.answer(rig.put("a/1", lease, 0));
		Invariants.everyPutHadAReason(rig.etcd, "a/1", 1);
		rig.etcd.delete("a/1");
		rig.answer(rig.put("a/1", lease, 0));
		Invariants.everyPutHadAReason(rig.etcd, "a/1", 1);
		rig.answer(rig.client
			.commit(new Write.Put(Bytes.utf8("a/1"), Bytes.EMPTY, lease, rig.etcd.entry("a/1").modRevision())));
		assertThatThrownBy(() -> Invariants.everyPutHadAReason(rig.etcd, "a/1", 1)).isInstanceOf(AssertionError.class);
	}

}
