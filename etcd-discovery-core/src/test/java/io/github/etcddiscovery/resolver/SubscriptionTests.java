package io.github.etcddiscovery.resolver;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import com.google.common.util.concurrent.ForwardingExecutorService;
import com.google.common.util.concurrent.MoreExecutors;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.test.Thrown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class SubscriptionTests {

	private final Rig rig = new Rig();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void endThreads() {
		this.release.countDown();
		this.threads.shutdown();
	}

	@Test
	void aSubscriberIsToldWhatThereIsOnceItIsReadAndThenEachChange() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		List<String> told = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> told.add(snapshot.revision() + ":" + snapshot.instances().size()));
		assertThat(told).isEmpty();
		this.rig.run();
		this.rig.put(instance("a", 2));
		this.rig.put(instance("b", 1));
		this.rig.run();
		assertThat(told).containsExactly("2:1", "3:2");
	}

	@Test
	void aLateSubscriberIsToldWhatThereIs() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<ServiceSnapshot> told = new ArrayList<>();
		resolver.subscribe("a", told::add);
		this.rig.run();
		assertThat(told).containsExactly(resolver.snapshot("a"));
	}

	@Test
	void aSubscriberToAServiceThatIsNotThereIsToldSoAndThenOfItsFirstInstance() {
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		List<Integer> early = new ArrayList<>();
		List<Integer> late = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> early.add(snapshot.instances().size()));
		this.rig.run();
		resolver.subscribe("a", (snapshot) -> late.add(snapshot.instances().size()));
		this.rig.run();
		this.rig.put(instance("a", 1));
		this.rig.run();
		this.rig.delete(instance("a", 1));
		this.rig.run();
		assertThat(early).containsExactly(0, 1, 0);
		assertThat(late).containsExactly(0, 1, 0);
	}

	@Test
	void nobodyIsToldOfAResyncThatChangedNothing() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<ServiceSnapshot> told = new ArrayList<>();
		resolver.subscribe("a", told::add);
		resolver.subscribeAll(told::add);
		this.rig.run();
		this.rig.advance(Duration.ofMinutes(20));
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.resyncs).hasSizeGreaterThan(2);
		assertThat(told).hasSize(1);
	}

	@Test
	void aSubscriberToAllIsToldEverySnapshotThatReplacesAnother() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<String> told = new ArrayList<>();
		Subscription all = resolver
			.subscribeAll((snapshot) -> told.add(snapshot.service() + snapshot.instances().size()));
		this.rig.run();
		this.rig.put(instance("b", 1));
		this.rig.delete(instance("a", 1));
		this.rig.run();
		assertThat(told).containsExactly("b1", "a0");
		all.close();
		this.rig.put(instance("b", 2));
		this.rig.run();
		assertThat(told).hasSize(2);
	}

	@Test
	void whoeverIsToldOfAllThatAreFollowedIsToldTheSame() {
		EtcdResolver resolver = this.rig.started();
		List<String> told = new ArrayList<>();
		Subscription followed = resolver
			.subscribeFollowed((snapshot) -> told.add(snapshot.service() + snapshot.instances().size()));
		this.rig.put(instance("a", 1));
		this.rig.run();
		followed.close();
		this.rig.put(instance("a", 2));
		this.rig.run();
		assertThat(told).containsExactly("a1");
	}

	@Test
	void whateverASubscriberThrowsItIsToldTheNextChange() {
		EtcdResolver resolver = this.rig.started();
		List<Integer> told = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> {
			told.add(snapshot.instances().size());
			throw Thrown.undeclared(new IOException("as Kotlin throws it"));
		});
		for (int i = 1; i <= 2; i++) {
			this.rig.run();
			this.rig.put(instance("a", i));
		}
		this.rig.run();
		assertThat(told).containsExactly(0, 1, 2);
	}

	@Test
	void aSubscriptionThatWasClosedIsToldNothingAtAll() {
		EtcdResolver resolver = this.rig.started();
		List<ServiceSnapshot> told = new ArrayList<>();
		Subscription subscription = resolver.subscribe("a", told::add);
		subscription.close();
		subscription.close();
		this.rig.put(instance("a", 1));
		this.rig.run();
		assertThat(told).isEmpty();
	}

	@Test
	void aSlowSubscriberDelaysNobodyAndThenIsToldTheNewest() {
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity(), Workers.on(this.threads));
		this.rig.run();
		List<Integer> slow = new CopyOnWriteArrayList<>();
		List<Integer> quick = new CopyOnWriteArrayList<>();
		resolver.subscribe("a", (snapshot) -> {
			slow.add(snapshot.instances().size());
			awaitRelease();
		});
		resolver.subscribe("a", (snapshot) -> quick.add(snapshot.instances().size()));
		this.rig.run();
		await().atMost(Duration.ofSeconds(20)).until(() -> slow.size() == 1);
		for (int i = 1; i <= 20; i++) {
			int size = i;
			this.rig.put(instance("a", i));
			this.rig.run();
			await().atMost(Duration.ofSeconds(20)).until(() -> quick.contains(size));
		}
		assertThat(slow).containsExactly(0);
		this.release.countDown();
		await().atMost(Duration.ofSeconds(20)).until(() -> slow.size() == 2);
		assertThat(slow).containsExactly(0, 20);
	}

	@Test
	void whereThereIsNoThreadForOneTheOthersAreToldAtOnceAndThatOneWhenThereIs() {
		AtomicInteger lacking = new AtomicInteger();
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity(), lackingThreads(lacking));
		List<String> told = new ArrayList<>();
		resolver.subscribeAll((snapshot) -> told.add("all " + snapshot.instances().size()));
		for (String each : List.of("first", "second", "third")) {
			resolver.subscribe("a", (snapshot) -> told.add(each + " " + snapshot.instances().size()));
		}
		this.rig.run();
		told.clear();
		lacking.set(2);
		this.rig.put(instance("a", 1));
		this.rig.run();
		assertThat(told).containsExactly("second 1", "third 1");
		assertThat(resolver.instances("a")).hasSize(1);
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(told).containsExactlyInAnyOrder("second 1", "third 1", "all 1", "first 1");
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
		assertThat(this.rig.counts).containsExactly("a=1");
	}

	private static Workers lackingThreads(AtomicInteger lacking) {
		return Workers.on(new ForwardingExecutorService() {

			private final ExecutorService direct = MoreExecutors.newDirectExecutorService();

			@Override
			protected ExecutorService delegate() {
				return this.direct;
			}

			@Override
			public void execute(Runnable task) {
				if (lacking.getAndUpdate((left) -> Math.max(left - 1, 0)) > 0) {
					throw new OutOfMemoryError("unable to create native thread");
				}
				super.execute(task);
			}

		});
	}

	@Test
	void aSubscriberIsCalledByOneThreadAtATimeAndMissesTheNewestNever() {
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity(), Workers.on(this.threads));
		this.rig.run();
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger worst = new AtomicInteger();
		List<Long> revisions = new CopyOnWriteArrayList<>();
		resolver.subscribe("a", (snapshot) -> {
			worst.accumulateAndGet(inside.incrementAndGet(), Math::max);
			revisions.add(snapshot.revision());
			inside.decrementAndGet();
		});
		for (int i = 0; i < 5_000; i++) {
			this.rig.put(instance("a", i % 200));
			this.rig.put(instance("a", i % 200).withWeight(i + 1));
			this.rig.run();
		}
		long newest = resolver.snapshot("a").revision();
		await().atMost(Duration.ofSeconds(10)).until(() -> revisions.contains(newest));
		assertThat(worst).hasValue(1);
		assertThat(revisions).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void whatASubscriberThrowsIsLoggedAndItIsToldTheNextAllTheSame() {
		EtcdResolver resolver = this.rig.started();
		List<Integer> told = new ArrayList<>();
		try (LoggedLines log = new LoggedLines(EtcdResolver.class.getName())) {
			resolver.subscribe("a", (snapshot) -> {
				told.add(snapshot.instances().size());
				throw new IllegalStateException("thrown by a test");
			});
			this.rig.put(instance("a", 1));
			this.rig.run();
			this.rig.put(instance("a", 2));
			this.rig.run();
			assertThat(told).containsExactly(0, 1, 2);
			assertThat(log.at("WARN")).hasSize(3).allMatch((line) -> line.contains("subscriber to a failed"));
		}
	}

	@Test
	void aSubscriberMayAskSubscribeAndCloseFromWithin() {
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity(), Workers.on(this.threads));
		List<String> told = new CopyOnWriteArrayList<>();
		resolver.subscribe("a", (snapshot) -> {
			told.add("a" + resolver.instances("a").size());
			resolver.subscribe("b", (other) -> told.add("b" + other.instances().size())).close();
			resolver.close();
			resolver.close();
		});
		this.rig.run();
		await().atMost(Duration.ofSeconds(20)).until(() -> told.contains("a0"));
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			this.rig.run();
			return this.threads.isShutdown();
		});
		assertThat(this.rig.etcd.watches()).isZero();
	}

	@Test
	void fiveThousandSubscriptionsNeedOneStream() {
		EtcdResolver resolver = this.rig.started();
		List<Subscription> subscriptions = new ArrayList<>();
		AtomicInteger told = new AtomicInteger();
		for (int i = 0; i < 5_000; i++) {
			subscriptions.add(resolver.subscribe("s" + i, (snapshot) -> told.incrementAndGet()));
		}
		this.rig.run();
		assertThat(told).hasValue(5_000);
		this.rig.put(instance("s77", 1));
		this.rig.run();
		assertThat(told).hasValue(5_001);
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
		subscriptions.forEach(Subscription::close);
		this.rig.put(instance("s77", 2));
		this.rig.run();
		assertThat(told).hasValue(5_001);
	}

	@Test
	void afterCloseThereIsNothingToSubscribeTo() {
		EtcdResolver resolver = this.rig.started();
		resolver.close();
		assertThatThrownBy(() -> resolver.subscribe("a", (snapshot) -> {
		})).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
		assertThatThrownBy(() -> resolver.subscribeAll((snapshot) -> {
		})).isInstanceOf(IllegalStateException.class);
	}

	private void awaitRelease() {
		try {
			this.release.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
