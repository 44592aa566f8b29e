package io.github.etcddiscovery.spring;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.DiscoveredInstance;
import io.github.etcddiscovery.resolver.Registered;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.ServiceInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EtcdInstanceListTests {

	private static final Random RANDOM = new Random();

	/** What core has not changed is the same object in the next snapshot. */
	private final IdentityHashMap<Instance, DiscoveredInstance> registered = new IdentityHashMap<>();

	@Test
	void onlyTheInstanceThatChangedIsMappedAnew() {
		List<Instance> before = instances(10_000);
		EtcdInstanceList list = EtcdInstanceList.of("echo", snapshot(before));
		List<Instance> after = new ArrayList<>(before);
		after.set(4711, before.get(4711).withWeight(99));
		EtcdInstanceList next = list.next("echo", snapshot(after));
		assertThat(mappedAnew(list, next)).isEqualTo(1);
		assertThat(next.get(4711).getMetadata()).containsEntry("weight", "99");
	}

	@Test
	void whateverComesGoesOrChangesTheRestKeepsItsObjectsAndItsOrder() {
		for (int round = 0; round < 2_000; round++) {
			List<Instance> before = instances(RANDOM.nextInt(20));
			EtcdInstanceList list = EtcdInstanceList.of("echo", snapshot(before));
			List<Instance> after = new ArrayList<>(before);
			int changed = 0;
			for (int change = RANDOM.nextInt(5); change > 0; change--) {
				int at = RANDOM.nextInt(after.size() + 1);
				Instance fresh = Instance.of("echo", "10.0.0.5", 20_000 + ++changed);
				if (at == after.size() || RANDOM.nextBoolean()) {
					after.add(at, fresh);
				}
				else if (RANDOM.nextBoolean()) {
					after.set(at, fresh);
				}
				else {
					after.remove(at);
				}
			}
			EtcdInstanceList next = list.next("echo", snapshot(after));
			assertThat(next.stream().map(ServiceInstance::getPort))
				.isEqualTo(after.stream().map(Instance::port).toList());
			assertThat(mappedAnew(list, next))
				.isEqualTo(after.stream().filter((instance) -> instance.port() > 20_000).count());
		}
	}

	@Test
	void cannotBeChanged() {
		EtcdInstanceList list = EtcdInstanceList.of("echo", snapshot(instances(2)));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> list.remove(0));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> list.set(0, list.get(1)));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(list::clear);
	}

	@Test
	void drawsOnlyWhereWeightsDiffer() {
		List<Instance> equal = instances(3);
		assertThat(EtcdInstanceList.of("echo", snapshot(equal)).draw(RANDOM)).isNull();
		List<Instance> different = new ArrayList<>(equal);
		different.set(1, equal.get(1).withWeight(30));
		EtcdInstanceList list = EtcdInstanceList.of("echo", snapshot(different));
		Map<Integer, Long> drawn = IntStream.range(0, 20_000)
			.mapToObj((i) -> list.draw(RANDOM))
			.collect(Collectors.groupingBy(ServiceInstance::getPort, Collectors.counting()));
		assertThat(drawn.get(2)).isBetween(11_000L, 13_000L);
	}

	@Test
	void drawsAmongThoseThatAreLeftWhereSomeAreLeftOut() {
		List<Instance> different = new ArrayList<>(instances(3));
		different.set(0, different.get(0).withWeight(500));
		different.set(1, different.get(1).withWeight(30));
		BitSet leftOut = new BitSet();
		leftOut.set(0);
		EtcdInstanceList list = EtcdInstanceList.of("echo", snapshot(different));
		EtcdInstanceList left = list.without(leftOut);
		assertThat(left).containsExactly(list.get(1), list.get(2));
		Map<Integer, Long> drawn = IntStream.range(0, 20_000)
			.mapToObj((i) -> left.draw(RANDOM))
			.collect(Collectors.groupingBy(ServiceInstance::getPort, Collectors.counting()));
		assertThat(drawn.get(2)).isBetween(14_400L, 15_600L);
		leftOut.set(1);
		assertThat(list.without(leftOut).draw(RANDOM)).isNull();
	}

	private static long mappedAnew(EtcdInstanceList before, EtcdInstanceList after) {
		IdentityHashMap<ServiceInstance, Boolean> known = new IdentityHashMap<>();
		before.forEach((instance) -> known.put(instance, true));
		return after.stream().filter((instance) -> !known.containsKey(instance)).count();
	}

	private static List<Instance> instances(int size) {
		return IntStream.rangeClosed(1, size).mapToObj((port) -> Instance.of("echo", "10.0.0.5", port)).toList();
	}

	private ServiceSnapshot snapshot(List<Instance> instances) {
		return Registered.snapshot("echo",
				instances.stream()
					.map((instance) -> this.registered.computeIfAbsent(instance, Registered::before))
					.toList());
	}

}
