package io.github.etcddiscovery.spring.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.Scope;
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
		this.registry.put(IntStream.range(0, 300).mapToObj((i) -> Instance.of("gone-" + i, "127.0.0.1", 1)));
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

	@Test
	void whatIsToldIsWhatTheNextListIsMadeOf() {
		AtomicLong now = new AtomicLong(1);
		InstanceLists untold = new InstanceLists(this.resolver, new ServiceAliases(Map.of()), now::get);
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		assertThat(untold.instances("echo")).hasSize(1);
		ServiceSnapshot known = this.resolver.snapshot("echo");
		// To ask the resolver would be a use of the service, which then never ends.
		untold.changed(new ServiceSnapshot("echo", known.revision() + 1,
				List.of(known.instances().get(0), Instance.of("echo", "127.0.0.1", 2)), ServiceSnapshot.State.READ));
		assertThat(untold.instances("echo")).hasSize(2);
		untold.changed(known);
		assertThat(untold.instances("echo")).hasSize(2);
		untold.changed(new ServiceSnapshot("other", 1, known.instances(), ServiceSnapshot.State.READ));
		assertThat(untold.kept()).isEqualTo(1);
		untold.changed(new ServiceSnapshot("echo", 1, List.of(), ServiceSnapshot.State.READ));
		assertThat(untold.kept()).isZero();
	}

	/** Core ends to follow a service that was not asked for; here for want of watches. */
	@Test
	void theFirstLookupOfAServiceThatWasNotFollowedForAWhileFindsWhatThereIs() {
		List<Layout> layouts = IntStream.range(0, 50)
			.mapToObj((i) -> new Layout(Layout.kitex().codec(), (i == 0) ? Layout.kitex().prefix() : "none-" + i))
			.toList();
		TestApplication.put(etcd, "echo", 1, 10);
		this.registry.put(IntStream.range(0, 20).mapToObj((i) -> Instance.of("other-" + i, "127.0.0.1", 1)));
		try (EtcdResolver byService = this.registry
			.resolver((options) -> options.withScope(Scope.SERVICE).withLayouts(layouts));
				InstanceLists told = InstanceLists.of(byService, new ServiceAliases(Map.of("alias", "echo")))) {
			InstanceLists untold = new InstanceLists(byService, new ServiceAliases(Map.of()), () -> 1);
			assertThat(told.instances("alias")).hasSize(1);
			assertThat(untold.instances("echo")).hasSize(1);
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
				IntStream.range(0, 20).forEach((i) -> byService.snapshot("other-" + i));
				return byService.snapshots().stream().noneMatch((snapshot) -> snapshot.service().equals("echo"));
			});
			assertThat(told.kept()).isZero();
			etcd.delete(TestApplication.key("echo", 1));
			TestApplication.put(etcd, "echo", 2, 10);
			assertThat(untold.instances("echo")).extracting(ServiceInstance::getPort).containsExactly(2);
			assertThat(told.instances("alias")).extracting(ServiceInstance::getPort).containsExactly(2);
		}
	}

	private void await(int instances) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.resolver.snapshot("echo").instances().size() == instances
					&& this.lists.instances("echo").size() == instances);
	}

}
