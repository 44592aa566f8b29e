package io.github.etcddiscovery.spring.discovery;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.resolver.Scope;
import io.github.etcddiscovery.spring.ServiceAliases;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;

import static org.assertj.core.api.Assertions.assertThat;

/** What a lookup costs is counted, not timed: the times are in the benchmarks. */
class ReadPathIT {

	private static final int CALLS = 10_000;

	/** Fewer, because each copies. */
	private static final int REACTIVE_CALLS = 1_000;

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static EtcdClient client;

	@BeforeAll
	static void register() {
		client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));
		long lease = client.grant(Duration.ofMinutes(5)).join().id();
		CompletableFuture
			.allOf(IntStream.of(10, 100, 1000)
				.boxed()
				.flatMap((size) -> IntStream.range(0, size).mapToObj((number) -> instance("fleet-of-" + size, number)))
				.map((instance) -> client.commit(
						new Write.Put(Layout.kitex().key(instance), Layout.kitex().codec().value(instance), lease, 0)))
				.toArray(CompletableFuture[]::new))
			.join();
	}

	@AfterAll
	static void close() {
		client.close();
	}

	@ParameterizedTest
	@CsvSource({ "fleet-of-10, 10, PREFIX", "fleet-of-100, 100, PREFIX", "fleet-of-1000, 1000, PREFIX",
			"fleet-of-1000, 1000, SERVICE", "alias, 100, PREFIX" })
	void aLookupOfAKnownServiceAllocatesNothingHoweverManyInstancesThereAre(String name, int size, Scope scope) {
		try (EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults().withScope(scope));
				InstanceLists lists = InstanceLists.of(resolver, new ServiceAliases(Map.of("alias", "fleet-of-100")))) {
			DiscoveryClient lookup = new EtcdDiscoveryClient(lists, 0);
			assertThat(lookup.getInstances(name)).hasSize(size);
			IntSupplier lookups = () -> {
				int sum = 0;
				for (int i = 0; i < CALLS; i++) {
					sum += lookup.getInstances(name).size();
				}
				return sum;
			};
			assertThat(lookups.getAsInt()).isEqualTo(CALLS * size);
			// The compiler of the JVM leaves a few bytes now and then; a lookup would
			// each time.
			assertThat(IntStream.range(0, 5).mapToLong((round) -> allocatedBy(lookups)).min()).hasValue(idle());
		}
	}

	/**
	 * Spring's supplier of instances collects what a reactive client publishes, so with
	 * WebClient on the class path each choice copies the references. Nothing else.
	 */
	@ParameterizedTest
	@CsvSource({ "fleet-of-100, 100", "fleet-of-1000, 1000" })
	void aReactiveLookupCostsOneCopyOfTheReferencesForWhoeverCollectsIt(String name, int size) {
		try (EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults());
				InstanceLists lists = InstanceLists.of(resolver, new ServiceAliases(Map.of()))) {
			ReactiveDiscoveryClient lookup = new EtcdReactiveDiscoveryClient(lists, 0);
			assertThat(lookup.getInstances(name).collectList().block()).hasSize(size).isEqualTo(lists.instances(name));
			IntSupplier lookups = () -> {
				int sum = 0;
				for (int i = 0; i < REACTIVE_CALLS; i++) {
					sum += Objects.requireNonNull(lookup.getInstances(name).collectList().block()).size();
				}
				return sum;
			};
			assertThat(lookups.getAsInt()).isEqualTo(REACTIVE_CALLS * size);
			long each = allocatedBy(lookups) / REACTIVE_CALLS;
			// A list that grows by half its size is allocated three times over.
			assertThat(each).isBetween(4L * size, 16L * size + 1_500);
		}
	}

	@Test
	void aLookupMapsNothingWhenOneInstanceOfAThousandChangesItsWeight() {
		Instance first = instance("fleet-of-1000", 0);
		try (EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults());
				InstanceLists lists = InstanceLists.of(resolver, new ServiceAliases(Map.of()))) {
			// What runs for the first time allocates.
			allocatedByLookupsUntil(76, first, lists);
			List<ServiceInstance> before = lists.instances("fleet-of-1000");
			assertThat(allocatedByLookupsUntil(77, first, lists)).isLessThan(2_000);
			Set<ServiceInstance> known = Collections.newSetFromMap(new IdentityHashMap<>());
			known.addAll(before);
			assertThat(lists.instances("fleet-of-1000")).hasSize(1000)
				.filteredOn((instance) -> !known.contains(instance))
				.singleElement()
				.satisfies((instance) -> assertThat(instance.getMetadata()).containsEntry("weight", "77"));
		}
	}

	private static long allocatedByLookupsUntil(int weight, Instance instance, InstanceLists lists) {
		List<ServiceInstance> before = lists.instances(instance.service());
		assertThat(before).hasSize(1000);
		etcd.put(Layout.kitex().key(instance).toString(),
				Layout.kitex().codec().value(instance.withWeight(weight)).toString());
		long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
		return allocatedBy(() -> {
			int lookups = 0;
			while (lists.instances(instance.service()) == before && System.nanoTime() < deadline) {
				lookups++;
			}
			return lookups & Integer.MAX_VALUE;
		});
	}

	/** What the measuring itself allocates. */
	private static long idle() {
		return IntStream.range(0, 5).mapToLong((round) -> allocatedBy(() -> 0)).min().orElseThrow();
	}

	private static long allocatedBy(IntSupplier work) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long self = Thread.currentThread().getId();
		long before = threads.getThreadAllocatedBytes(self);
		int result = work.getAsInt();
		long after = threads.getThreadAllocatedBytes(self);
		assertThat(result).isNotNegative();
		return after - before;
	}

	private static Instance instance(String service, int number) {
		return new Instance(service, "10.0." + number / 250 + "." + (1 + number % 250), 8888, 10 + number % 3,
				Map.of("zone", "z" + number % 3));
	}

}
