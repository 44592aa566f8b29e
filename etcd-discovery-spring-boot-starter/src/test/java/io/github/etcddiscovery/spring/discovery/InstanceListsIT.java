package io.github.etcddiscovery.spring.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.EmptyRegistry;
import io.github.etcddiscovery.spring.ServiceAliases;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** Which list a lookup gets while snapshots come and go. */
class InstanceListsIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final EmptyRegistry registry = new EmptyRegistry(etcd);

	private final EtcdResolver resolver = this.registry.resolver();

	private final InstanceLists lists = InstanceLists.of(this.resolver, new ServiceAliases(Map.of("alias", "echo")));

	@AfterEach
	void close() {
		this.lists.close();
		this.registry.close();
	}

	@Test
	void anOlderSnapshotNeverTakesThePlaceOfANewerOne() {
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		ServiceSnapshot old = this.resolver.snapshot("echo");
		TestApplication.put(etcd, "echo", 2, 10);
		await(2);
		List<ServiceInstance> newest = this.lists.instances("echo");
		assertThat(this.lists.map("echo", old)).isSameAs(newest);
		assertThat(this.lists.instances("echo")).isSameAs(newest);
	}

	@Test
	void aSnapshotOfWhatIsGoneDoesNotBringItBack() {
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		ServiceSnapshot old = this.resolver.snapshot("echo");
		etcd.delete(TestApplication.key("echo", 1));
		await(0);
		assertThat(this.lists.map("echo", old)).isEmpty();
		assertThat(this.lists.instances("echo")).isEmpty();
	}

	@Test
	void aSnapshotFromBeforeDoesNotTakeAwayWhatHasCome() {
		ServiceSnapshot old = this.resolver.snapshot("echo");
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		List<ServiceInstance> newest = this.lists.instances("echo");
		assertThat(this.lists.map("echo", old)).isSameAs(newest);
		assertThat(this.lists.instances("echo")).isSameAs(newest);
	}

	@Test
	void nothingIsKeptOfServicesThatHaveGone() {
		IntStream.range(0, 300).forEach((i) -> TestApplication.put(etcd, "gone-" + i, 1, 10));
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.lists.services().size() == 300);
		assertThat(this.lists.services()).allSatisfy((name) -> assertThat(this.lists.instances(name)).hasSize(1));
		assertThat(this.lists.kept()).isEqualTo(300);
		etcd.etcdctl("del", "--prefix", "kitex/");
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.lists.kept() == 0);
		assertThat(this.lists.services()).isEmpty();
	}

	@Test
	void nothingIsKeptOfServicesThatHaveGoneAfterARefreshEither() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).clientOnly().run()) {
			InstanceLists kept = context.getBean(InstanceLists.class);
			TestApplication.put(etcd, "before", 1, 10);
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> kept.instances("before").size() == 1);
			context.getBean(ContextRefresher.class).refresh();
			TestApplication.put(etcd, "after", 1, 10);
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> kept.instances("after").size() == 1);
			assertThat(context.getBean(InstanceLists.class)).isSameAs(kept);
			etcd.etcdctl("del", "--prefix", "kitex/");
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> kept.kept() == 0);
		}
	}

	@Test
	void theListOfAnAliasIsMadeAnewAndGoesWithItsService() {
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		assertThat(this.lists.instances("alias")).hasSize(1);
		TestApplication.put(etcd, "echo", 2, 10);
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.lists.instances("alias").size() == 2);
		etcd.etcdctl("del", "--prefix", "kitex/");
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.lists.kept() == 0);
	}

	@Test
	void aLookupTakesTheLastListForFiftyMillisecondsAndMakesTheNextItselfWhereNobodyHas() {
		AtomicLong now = new AtomicLong(1);
		InstanceLists untold = new InstanceLists(this.resolver, new ServiceAliases(Map.of()), now::get);
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		List<ServiceInstance> first = untold.instances("echo");
		assertThat(first).hasSize(1);
		TestApplication.put(etcd, "echo", 2, 10);
		await(2);
		assertThat(untold.instances("echo")).isSameAs(first);
		now.addAndGet(Duration.ofMillis(49).toNanos());
		assertThat(untold.instances("echo")).isSameAs(first);
		now.addAndGet(Duration.ofMillis(1).toNanos());
		assertThat(untold.instances("echo")).hasSize(2).contains(first.get(0));
	}

	@Test
	void aServiceThatIsGoneIsGoneAtOnce() {
		AtomicLong now = new AtomicLong(1);
		InstanceLists untold = new InstanceLists(this.resolver, new ServiceAliases(Map.of()), now::get);
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		assertThat(untold.instances("echo")).hasSize(1);
		etcd.delete(TestApplication.key("echo", 1));
		await(0);
		assertThat(untold.instances("echo")).isEmpty();
		assertThat(untold.kept()).isZero();
	}

	private void await(int instances) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.resolver.snapshot("echo").instances().size() == instances
					&& this.lists.instances("echo").size() == instances);
	}

}
