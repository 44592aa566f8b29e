package io.github.etcddiscovery.resolver;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import com.sun.management.ThreadMXBean;
import io.github.etcddiscovery.Instance;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A change costs what has changed, and not what is there.
 */
class ChangeCostTests {

	private static final int SIZE = 10_000;

	/** One reference for each instance, as long as the heap is below 32 GB. */
	private static final long LIST = 4L * SIZE + 64;

	private static final long GARBAGE = 3_000;

	private static final int WARM = 300;

	private final Rig rig = new Rig();

	@Test
	void anotherWeightInAServiceOfTenThousandCostsOneCopyOfTheReferences() {
		EtcdResolver resolver = withTenThousand();
		for (int i = 0; i < WARM; i++) {
			change(i);
			this.rig.run();
		}
		List<Instance> before = resolver.instances("big");
		change(WARM);
		long allocated = allocatedByRunning();
		assertThat(allocated).isLessThan(LIST + GARBAGE);
		List<Instance> after = resolver.instances("big");
		Set<Instance> same = Collections.newSetFromMap(new IdentityHashMap<>());
		same.addAll(before);
		assertThat(after).hasSize(SIZE).isNotSameAs(before);
		assertThat(after.stream().filter(same::contains)).hasSize(SIZE - 1);
	}

	@Test
	void oneMoreAndOneLessCostTheSame() {
		withTenThousand();
		for (int i = 0; i < WARM; i++) {
			comeAndGo(Instance.of("big", "10.200.0.1", 80));
		}
		this.rig.put(Instance.of("big", "10.200.0.1", 80));
		assertThat(allocatedByRunning()).isLessThan(LIST + GARBAGE);
		this.rig.delete(Instance.of("big", "10.200.0.1", 80));
		assertThat(allocatedByRunning()).isLessThan(LIST + GARBAGE);
	}

	@Test
	void aChangeOfOneServiceCostsNothingOfAnother() {
		EtcdResolver resolver = withTenThousand();
		List<Instance> big = resolver.instances("big");
		for (int i = 0; i < WARM; i++) {
			comeAndGo(Instance.of("small", "10.200.0.1", 80));
		}
		this.rig.put(Instance.of("small", "10.200.0.1", 80));
		assertThat(allocatedByRunning()).isLessThan(GARBAGE);
		assertThat(resolver.instances("big")).isSameAs(big);
	}

	@Test
	void aThousandChangesThatArriveTogetherAreShownAsOne() {
		EtcdResolver resolver = withTenThousand();
		List<Integer> told = new ArrayList<>();
		resolver.subscribe("big", (snapshot) -> told.add(snapshot.instances().get(0).weight()));
		this.rig.run();
		for (int i = 0; i < 1_000; i++) {
			this.rig.put(at(0).withWeight(1_000 + i));
		}
		this.rig.run();
		assertThat(told).containsExactly(10, 1_999);
	}

	@Test
	void whatWasChangedAndChangedBackMeanwhileIsNoChange() {
		EtcdResolver resolver = withTenThousand();
		List<Instance> list = resolver.instances("big");
		this.rig.counts.clear();
		this.rig.put(at(7).withWeight(3));
		this.rig.put(at(7));
		this.rig.delete(at(8));
		this.rig.put(at(8));
		this.rig.run();
		assertThat(resolver.instances("big")).isSameAs(list);
		assertThat(this.rig.counts).isEmpty();
		this.rig.put(at(9).withWeight(3));
		this.rig.run();
		assertThat(resolver.instances("big").get(7)).isSameAs(list.get(7));
		assertThat(resolver.instances("big").get(8)).isSameAs(list.get(8));
	}

	private EtcdResolver withTenThousand() {
		for (int i = 0; i < SIZE; i++) {
			this.rig.put(at(i));
		}
		EtcdResolver resolver = this.rig.started();
		assertThat(resolver.instances("big")).hasSize(SIZE);
		return resolver;
	}

	/** In the order of the keys. */
	private static Instance at(int i) {
		return Instance.of("big", "10.1." + (100 + i / 100) + "." + (100 + i % 100), 80);
	}

	private void change(int i) {
		this.rig.put(at((i * 31) % SIZE).withWeight(11 + i));
	}

	private void comeAndGo(Instance instance) {
		this.rig.put(instance);
		this.rig.run();
		this.rig.delete(instance);
		this.rig.run();
	}

	private long allocatedByRunning() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long self = Thread.currentThread().getId();
		long before = threads.getThreadAllocatedBytes(self);
		this.rig.run();
		return threads.getThreadAllocatedBytes(self) - before;
	}

}
