package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import com.google.common.util.concurrent.ForwardingExecutorService;
import com.google.common.util.concurrent.MoreExecutors;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.model.Unspeakable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Which threads call the subscribers of a resolver, and what where there is none. */
class SubscriberThreadsTests {

	private final Rig rig = new Rig();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void endThreads() {
		this.release.countDown();
		this.threads.shutdown();
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

	@Test
	void whereThereIsNoThreadForWhoWaitsForAFirstReadThatOneIsToldWhenThereIs() {
		AtomicInteger lacking = new AtomicInteger();
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity(), lackingThreads(lacking));
		CompletableFuture<ServiceSnapshot> read = resolver.whenRead("a").toCompletableFuture();
		CompletableFuture<List<String>> names = resolver.whenServices().toCompletableFuture();
		lacking.set(2);
		this.rig.run();
		assertThat(List.of(read, names)).noneMatch(CompletableFuture::isDone);
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(List.of(read, names)).allMatch(CompletableFuture::isDone)
			.noneMatch(CompletableFuture::isCompletedExceptionally);
	}

	@Test
	void whereThereIsNoMemoryForALineInTheLogTheNextServiceIsToldASecondLater() {
		AtomicInteger lacking = new AtomicInteger();
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity(), lackingThreads(lacking));
		this.rig.run();
		List<String> told = new ArrayList<>();
		resolver.subscribeAll((snapshot) -> {
			told.add(snapshot.service());
			throw new Unspeakable();
		});
		lacking.set(1);
		this.rig.put(instance("a", 1));
		this.rig.put(instance("b", 1));
		try (LoggedLines log = new LoggedLines(EtcdResolver.class.getName())) {
			this.rig.advance(Duration.ofSeconds(1));
			assertThat(told).hasSize(1);
			this.rig.advance(Duration.ofSeconds(1));
			assertThat(log.at("WARN")).isEmpty();
		}
		assertThat(told).containsExactlyInAnyOrder("a", "b");
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

	private void awaitRelease() {
		try {
			this.release.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
