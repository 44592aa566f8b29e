package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.ChangeListener.Changes;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class ChangeListenerIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final EmptyRegistry registry = new EmptyRegistry(etcd);

	private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);

	private final Changes changes = new Changes(this.registry.resolver(), this.thread);

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.release.countDown();
		this.changes.close();
		this.registry.close();
	}

	@Test
	void behindAThreadThatIsBlockedOnlyTheNewestSnapshotOfEachServiceWaits() throws Exception {
		List<ServiceSnapshot> told = new CopyOnWriteArrayList<>();
		CountDownLatch blocked = new CountDownLatch(1);
		this.changes.execute(() -> {
			blocked.countDown();
			await();
		});
		assertThat(blocked.await(5, TimeUnit.SECONDS)).isTrue();
		this.changes.subscribe(told::add);
		for (int weight = 1; weight <= 20; weight++) {
			put("echo", weight);
			put("other", weight);
		}
		assertThat(this.thread.getQueue()).hasSize(1);
		this.release.countDown();
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> told.size() == 2);
		assertThat(told).extracting((snapshot) -> snapshot.instances().get(0).weight()).containsExactly(20, 20);
		put("echo", 21);
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> told.size() == 3);
	}

	@Test
	void behindAThreadThatIsBlockedNoAnswerWithoutAServiceIsForgotten() {
		List<ServiceSnapshot> told = new CopyOnWriteArrayList<>();
		this.changes.execute(this::await);
		ServiceSnapshot unread = new ServiceSnapshot("echo", 0, List.of(), ServiceSnapshot.State.UNREAD);
		ServiceSnapshot newest = read(3);
		List.of(read(1), unread, read(2), newest).forEach((snapshot) -> this.changes.keep(snapshot, told::add));
		this.release.countDown();
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(told).containsExactly(unread, newest));
	}

	private static ServiceSnapshot read(int port) {
		return new ServiceSnapshot("echo", port, List.of(Instance.of("echo", "127.0.0.1", port)),
				ServiceSnapshot.State.READ);
	}

	@Test
	void whoeverBeginsToTellTwiceIsToldOnce() throws Exception {
		List<ServiceSnapshot> told = new CopyOnWriteArrayList<>();
		assertThat(this.changes.subscribe(told::add)).isTrue();
		assertThat(this.changes.subscribe(told::add)).isFalse();
		put("echo", 20);
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !told.isEmpty());
		this.changes.unsubscribe();
		assertThat(this.changes.isSubscribed()).isFalse();
		put("echo", 30);
		assertThat(told).hasSize(1);
	}

	/** Until the resolver shows it, so that it is a change of its own. */
	private void put(String service, int weight) {
		TestApplication.put(etcd, service, 1, weight);
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.registry.resolver()
				.instances(service)
				.stream()
				.map(Instance::weight)
				.toList()
				.equals(List.of(weight)));
	}

	private void await() {
		try {
			this.release.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
