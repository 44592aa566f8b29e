package io.github.etcddiscovery.resolver;

import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import java.util.function.IntSupplier;

import com.sun.management.ThreadMXBean;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;

class ReadPathTests {

	private final Rig rig = new Rig();

	@ParameterizedTest
	@EnumSource(Scope.class)
	void aLookupOfAKnownServiceAllocatesNothing(Scope scope) {
		EtcdResolver resolver = withAThousandInstances(scope);
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long self = Thread.currentThread().getId();
		int size = 0;
		for (int i = 0; i < 20_000; i++) {
			size += resolver.instances("big").size();
		}
		long idle = allocatedBy(threads, self, () -> 0);
		long allocated = allocatedBy(threads, self, () -> {
			int sum = 0;
			for (int i = 0; i < 10_000; i++) {
				sum += resolver.instances("big").size();
			}
			return sum;
		});
		assertThat(size).isEqualTo(20_000_000);
		assertThat(allocated - idle).isZero();
	}

	@Test
	void anEventOfAServiceOfAThousandIsSeenAsOneNewList() {
		EtcdResolver resolver = withAThousandInstances(Scope.PREFIX);
		List<Instance> before = resolver.instances("big");
		this.rig.put(Rig.instance("big", 1));
		this.rig.run();
		List<Instance> after = resolver.instances("big");
		assertThat(after).hasSize(1_001).containsAll(before);
		Set<Instance> same = Collections.newSetFromMap(new IdentityHashMap<>());
		same.addAll(before);
		assertThat(after).filteredOn(same::contains).hasSize(1_000);
	}

	@Test
	void readersNeverSeeAHalfWrittenSet() throws Exception {
		EtcdResolver resolver = withAThousandInstances(Scope.PREFIX);
		AtomicBoolean stop = new AtomicBoolean();
		CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> {
			long lookups = 0;
			while (!stop.get()) {
				ServiceSnapshot snapshot = resolver.snapshot("big");
				int size = snapshot.instances().size();
				if (size < 999 || size > 1_001) {
					throw new AssertionError("saw " + size + " instances at revision " + snapshot.revision());
				}
				lookups++;
			}
			return lookups;
		}, OWN_THREADS);
		for (int i = 0; i < 300; i++) {
			this.rig.put(Rig.instance("big", 1));
			this.rig.run();
			this.rig.delete(Rig.instance("big", 1));
			this.rig.run();
		}
		stop.set(true);
		assertThat(reader.get(10, TimeUnit.SECONDS)).isPositive();
	}

	private EtcdResolver withAThousandInstances(Scope scope) {
		for (int i = 0; i < 1_000; i++) {
			this.rig.put(Instance.of("big", "10.1." + (i / 250) + "." + (i % 250), 80));
		}
		EtcdResolver resolver = this.rig.start((options) -> options.withScope(scope));
		this.rig.run();
		resolver.snapshot("big");
		this.rig.run();
		assertThat(resolver.instances("big")).hasSize(1_000);
		return resolver;
	}

	@Test
	void aLookupOfAServiceThatALayoutRefusesForEverAllocatesNothing() {
		Layout refused = new Layout(InstanceCodec.kitex(), "second");
		this.rig.etcd.forbidReads(KeyRange.prefix(Bytes.utf8("second/")));
		this.rig.put(Rig.instance("a", 1));
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(Rig.KITEX, refused));
		this.rig.run();
		assertThat(resolver.snapshot("a").state()).isEqualTo(ServiceSnapshot.State.UNREAD);
		assertThat(allocatedByLookups(resolver, "a")).isZero();
	}

	private static long allocatedByLookups(EtcdResolver resolver, String service) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long self = Thread.currentThread().getId();
		int size = 0;
		for (int i = 0; i < 20_000; i++) {
			size += resolver.instances(service).size() + resolver.snapshot(service).instances().size();
		}
		assertThat(size).isEqualTo(40_000);
		long idle = allocatedBy(threads, self, () -> 0);
		return allocatedBy(threads, self, () -> {
			int sum = 0;
			for (int i = 0; i < 10_000; i++) {
				sum += resolver.instances(service).size() + resolver.snapshot(service).instances().size();
			}
			return sum;
		}) - idle;
	}

	private static long allocatedBy(ThreadMXBean threads, long thread, IntSupplier work) {
		long before = threads.getThreadAllocatedBytes(thread);
		int result = work.getAsInt();
		long after = threads.getThreadAllocatedBytes(thread);
		assertThat(result).isNotNegative();
		return after - before;
	}

}
