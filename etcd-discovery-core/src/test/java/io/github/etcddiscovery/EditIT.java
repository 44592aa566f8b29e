package io.github.etcddiscovery;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.EtcdCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An operator edits a key of a real etcd with etcdctl, and every caller follows.
 */
class EditIT {

	private static final String KEY = "kitex/registry-etcd/echo/10.0.0.5:8888";

	private static final Duration SOON = Duration.ofSeconds(10);

	private final EtcdCluster etcd = EtcdCluster.single();

	private final List<AutoCloseable> opened = new ArrayList<>(List.of(this.etcd));

	private final EtcdRegistry registry = registry(Layout.kitex());

	@AfterEach
	void close() throws Exception {
		Collections.reverse(this.opened);
		for (AutoCloseable one : this.opened) {
			one.close();
		}
	}

	@Test
	void anotherWeightCountsAtEveryCallerAtOnce() throws Exception {
		Registration registration = registered(this.registry, Instance.of("echo", "10.0.0.5", 8888));
		List<EtcdResolver> callers = List.of(caller(), caller());
		for (EtcdResolver caller : callers) {
			await().atMost(SOON).until(weights(caller), List.of(10)::equals);
		}
		for (int weight = 11; weight <= 15; weight++) {
			edit(KEY, value(weight, "null"));
			long edited = System.nanoTime();
			for (EtcdResolver caller : callers) {
				await().pollInterval(Duration.ofMillis(1)).atMost(SOON).until(weights(caller), List.of(weight)::equals);
			}
			assertThat(Duration.ofNanos(System.nanoTime() - edited)).isLessThan(atOnce());
			await().atMost(SOON).until(() -> registration.instance().weight(), Integer.valueOf(weight)::equals);
		}
	}

	@Test
	void anEditStaysThroughALossOfTheLeaseAndAWipedEtcdAndKeepsTls() throws Exception {
		Registration registration = registered(this.registry,
				Instance.of("echo", "10.0.0.5", 8888).withTag("secure", "true").withTag("zone", "a"));
		edit(KEY, value(7, "{\"zone\":\"b\"}"));
		awaitValue(KEY, "\"weight\":7", "\"zone\":\"b\"", "\"secure\":\"true\"");
		assertThat(registration.instance().secure()).isTrue();
		assertThat(registration.edited()).containsExactly("weight", "zone");

		this.etcd.revoke(this.registry.lease().id());
		awaitValue(KEY, "\"weight\":7", "\"zone\":\"b\"", "\"secure\":\"true\"");
		this.etcd.wipe();
		awaitValue(KEY, "\"weight\":7", "\"zone\":\"b\"", "\"secure\":\"true\"");
	}

	@Test
	void whatCannotBeTakenOverIsPutBackUnderOurLease() throws Exception {
		Registration registration = registered(this.registry, Instance.of("echo", "10.0.0.5", 8888));
		edit(KEY, "nonsense");
		awaitValue(KEY, value(10, "null"));
		this.etcd.put(KEY, value(7, "null"));
		awaitValue(KEY, value(10, "null"));
		await().atMost(SOON)
			.until(() -> this.etcd.etcdctl("lease", "timetolive", "--keys",
					Long.toHexString(this.registry.lease().id())), (keys) -> keys.contains(KEY));
		assertThat(registration.edited()).isEmpty();
	}

	static Stream<InstanceCodec> formatsWithoutWeights() {
		return Stream.of(InstanceCodec.plain(), InstanceCodec.goKit(), InstanceCodec.goZero());
	}

	@ParameterizedTest
	@MethodSource("formatsWithoutWeights")
	void anEditInAFormatWithoutWeightsChangesNothing(InstanceCodec format) throws Exception {
		Registration registration = registered(registry(Layout.of(format)), Instance.of("echo", "10.0.0.5", 8888));
		String key = registration.keys().get(0).key();
		String value = this.etcd.get(key).orElseThrow();
		edit(key, value + "?weight=7");
		await().atMost(SOON).until(() -> this.etcd.get(key).orElse(""), value::equals);
		assertThat(registration.instance()).isEqualTo(Instance.of("echo", "10.0.0.5", 8888));
		assertThat(registration.edited()).isEmpty();
	}

	/**
	 * Where more threads want to run than there are processors, etcd, etcdctl and callers
	 * wait for one another, which says nothing of us: then it is a second.
	 */
	private static Duration atOnce() {
		OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
		boolean busy = system.getSystemLoadAverage() > system.getAvailableProcessors();
		return busy ? Duration.ofSeconds(1) : Duration.ofMillis(100);
	}

	private EtcdRegistry registry(Layout layout) {
		return opened(EtcdRegistry.create(client(), RegistryOptions.defaults().withLayouts(layout)));
	}

	private EtcdResolver caller() {
		return opened(EtcdResolver.create(client(), ResolverOptions.defaults()));
	}

	private EtcdClient client() {
		return opened(EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint())));
	}

	private <T extends AutoCloseable> T opened(T one) {
		this.opened.add(one);
		return one;
	}

	private static Registration registered(EtcdRegistry registry, Instance instance) throws Exception {
		return registry.register(instance).whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
	}

	private static Callable<List<Integer>> weights(EtcdResolver caller) {
		return () -> caller.instances("echo").stream().map(Instance::weight).toList();
	}

	private void edit(String key, String value) {
		this.etcd.etcdctl("put", "--ignore-lease", "--", key, value);
	}

	private void awaitValue(String key, String... parts) {
		await().atMost(SOON).untilAsserted(() -> assertThat(this.etcd.get(key).orElse("")).contains(parts));
	}

	private static String value(int weight, String tags) {
		return "{\"network\":\"tcp\",\"address\":\"10.0.0.5:8888\",\"weight\":" + weight + ",\"tags\":" + tags + "}";
	}

}
